/** Hands single frames to a dataplane, each in a chunk of its own. */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../src/capture/frame-batch.js';
import type { Dataplane } from '../../src/dataplane/dataplane.js';
import type { RecordedFrame } from './oracle-case.js';

export function receiveFrame(dataplane: Dataplane, frame: RecordedFrame): void {
  const { bytes, originalLength, seconds, nanoseconds } = frame;
  const chunk = new Uint8Array(HEADROOM_BYTES + bytes.length + TAILROOM_BYTES);
  chunk.set(bytes, HEADROOM_BYTES);
  const view = new DataView(chunk.buffer);
  const swIfIndex = dataplane.tables.interfaces.byName(frame.interfaceName)?.swIfIndex ?? -1;
  dataplane.receive(chunk, view, HEADROOM_BYTES, bytes.length, originalLength, swIfIndex, seconds, nanoseconds);
}
