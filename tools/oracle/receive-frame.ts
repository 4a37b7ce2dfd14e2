/** Hands single frames to a dataplane, each in a chunk of its own. */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../src/capture/frame-batch.js';
import { FrameRecord } from '../../src/capture/frame-record.js';
import type { Dataplane } from '../../src/dataplane/dataplane.js';
import type { RecordedFrame } from './oracle-case.js';

export function receiveFrame(dataplane: Dataplane, frame: RecordedFrame): void {
  const { bytes, originalLength, seconds, nanoseconds, interfaceName } = frame;
  const chunk = new Uint8Array(HEADROOM_BYTES + bytes.length + TAILROOM_BYTES);
  chunk.set(bytes, HEADROOM_BYTES);
  const record = new FrameRecord().setBytes(chunk, new DataView(chunk.buffer), HEADROOM_BYTES, bytes.length);
  record.originalLength = originalLength;
  const swIfIndex = dataplane.tables.interfaces.byName(interfaceName)?.swIfIndex ?? -1;
  dataplane.receive(record.setTime(seconds, nanoseconds), swIfIndex);
}
