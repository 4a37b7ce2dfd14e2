/**
 * Replays a capture's frames whole, and cut to a snaplen, side by side. A cut frame must come to what the whole one comes to, as far as it
 * is known, or end as `not modelled: the capture cut the frame off before …`.
 *
 * What a cut frame leaves in the tables has to be right, too: it is what later frames meet. Where one was not modelled (or a
 * checksum over missing bytes was wrong, which nobody could see), the cut side starts anew from the whole frames so far, once a
 * frame comes that it can run.
 */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../../src/capture/frame-batch.js';
import { FrameRecord } from '../../../src/capture/frame-record.js';
import type { NodeScript } from '../../../src/config/node-script.js';
import { applyScript } from '../../../src/config/apply.js';
import { CUT_CAUSE } from '../../../src/pipeline/engine/cut-off.js';
import { Dataplane } from '../../../src/dataplane/dataplane.js';
import { FLAG_CHECKSUM_UNKNOWN, type PacketBuffer } from '../../../src/pipeline/engine/packet-buffer.js';
import { causeOf } from '../../../src/outcome/frame-end.js';
import { VerdictRecorder } from '../../../src/outcome/verdicts.js';
import type { RecordedFrame } from '../../../tools/oracle/oracle-case.js';
import { UDP_PORT as VXLAN_PORT } from '../../../src/wire/vxlan.js';
import * as ip4 from '../../../src/wire/ip4.js';
import * as udp from '../../../src/wire/udp.js';

const GARBAGE = 0xa5;
const ETHERNET_BYTES = 14;
const VXLAN_BYTES = 50;
const ICMP_CHECKSUM = ETHERNET_BYTES + ip4.HEADER_BYTES + 2;

/** A packet that left: on the wire it had `wireBytes`. */
export interface Sent {
  readonly interfaceName: string;
  readonly wireBytes: number;
  readonly bytes: Uint8Array;
  /** Place of a checksum that is not known, or -1. */
  readonly unknownChecksumAt: number;
}

/** What became of a frame: all but the packets that left in one text. */
export interface Outcome {
  readonly told: string;
  readonly causes: readonly string[];
  readonly sent: readonly Sent[];
  readonly isNotModelled: boolean;
}

export interface SweepResult {
  /** Cut frames that came to what the whole ones came to, and that were not modelled. */
  equal: number;
  notModelled: number;
  /** Cut frames of which a wrong checksum could not be seen. */
  unseenChecksums: number;
  readonly faults: string[];
}

/** Sentences for drops that the bytes of a payload decide. */
const CHECKSUM_DROP = /^(?:the (?:TCP|UDP) checksum|NAT44 does not translate an ICMP message whose checksum is wrong)/;

/** Where the checksum of an ICMP error is, if only as much of it is known. */
function unknownChecksumAt({ view, at, flags }: PacketBuffer): number {
  if ((flags & FLAG_CHECKSUM_UNKNOWN) === 0) return -1;
  const l3 = at + ETHERNET_BYTES;
  const isTunnelled =
    ip4.protocol(view, l3) === ip4.PROTOCOL_UDP && udp.destinationPort(view, l3 + ip4.HEADER_BYTES) === VXLAN_PORT;
  return isTunnelled ? VXLAN_BYTES + ICMP_CHECKSUM : ICMP_CHECKSUM;
}

export class Side {
  private readonly dataplane: Dataplane;
  private readonly recorder = new VerdictRecorder();
  private sent: Sent[] = [];
  private causes: string[] = [];
  private isNotModelled = false;

  constructor(script: NodeScript) {
    const tables = applyScript(script);
    this.dataplane = new Dataplane(
      tables,
      {
        transmit: (b) => {
          this.recorder.transmit(b);
          this.sent.push({
            interfaceName: tables.interfaces.all[b.swIfIndexTx].name,
            wireBytes: b.length + b.cutBytes,
            bytes: b.bytes.slice(b.at, b.at + b.length),
            unknownChecksumAt: unknownChecksumAt(b),
          });
        },
        discard: (b) => {
          this.recorder.discard(b, this.dataplane);
          this.causes.push(causeOf(b, this.dataplane));
          if (b.cause === CUT_CAUSE) this.isNotModelled = true;
        },
      },
      true,
    );
  }

  run(frame: RecordedFrame): Outcome {
    this.sent = [];
    this.causes = [];
    this.isNotModelled = false;
    this.receive(frame);
    const { sent, causes, isNotModelled } = this;
    return { told: JSON.stringify(this.recorder.take(this.dataplane)), causes, sent, isNotModelled };
  }

  /** Behind the frame is what would be the capture's next one: nobody may see it, and nobody may change it. */
  private receive({ interfaceName, bytes, originalLength, seconds, nanoseconds }: RecordedFrame): void {
    const end = HEADROOM_BYTES + bytes.length;
    const chunk = new Uint8Array(end + TAILROOM_BYTES).fill(GARBAGE);
    chunk.set(bytes, HEADROOM_BYTES);
    const view = new DataView(chunk.buffer);
    const swIfIndex = this.dataplane.tables.interfaces.byName(interfaceName)?.swIfIndex ?? -1;
    const record = new FrameRecord().setBytes(chunk, view, HEADROOM_BYTES, bytes.length);
    record.originalLength = originalLength;
    this.dataplane.receive(record.setTime(seconds, nanoseconds), swIfIndex);
    if (chunk.subarray(end).some((byte) => byte !== GARBAGE)) throw new Error('the dataplane wrote behind its frame');
  }
}

/** Which of the two it is, TCP flags tell, which may be cut off; nothing is said then. */
const WHY_MISSED =
  /: (?:a connection from outside needs a static mapping|it began before the capture, or the real node drew another port)/g;
const withoutWhyMissed = (text: string): string => text.replaceAll(WHY_MISSED, '');

/** What differs between the outcome of a whole frame and of a cut one; null where nothing does. */
export function differenceOf(whole: Outcome, cut: Outcome): string | null {
  const [told, causes] = [whole.told, whole.causes.join()];
  if (told !== cut.told && withoutWhyMissed(told) !== cut.told) return `${told}\n  cut: ${cut.told}`;
  if (causes !== cut.causes.join() && withoutWhyMissed(causes) !== cut.causes.join())
    return `${causes}\n  cut: ${cut.causes.join()}`;
  for (const [i, sent] of cut.sent.entries()) {
    const { interfaceName, wireBytes, bytes } = whole.sent[i];
    if (sent.interfaceName !== interfaceName) return `leaves on ${sent.interfaceName}, not on ${interfaceName}`;
    if (sent.wireBytes !== wireBytes) return `leaves with ${sent.wireBytes} bytes, not with ${wireBytes}`;
    const expected = bytes.slice(0, sent.bytes.length);
    if (sent.unknownChecksumAt >= 0) expected.fill(0, sent.unknownChecksumAt, sent.unknownChecksumAt + 2);
    if (Buffer.compare(expected, sent.bytes) !== 0)
      return `leaves as ${Buffer.from(sent.bytes).toString('hex')}\n  not as ${Buffer.from(expected).toString('hex')}`;
  }
  return null;
}

export const cutTo = (frame: RecordedFrame, snaplen: number): RecordedFrame =>
  snaplen >= frame.bytes.length ? frame : { ...frame, bytes: frame.bytes.slice(0, snaplen) };

/** Frames must name their interface. Adds to `result`. */
export function sweep(
  script: NodeScript,
  frames: readonly RecordedFrame[],
  snaplen: number,
  result: SweepResult,
): void {
  const whole = new Side(script);
  let cut = new Side(script);
  let isRight = true;
  for (const [index, frame] of frames.entries()) {
    const cutFrame = cutTo(frame, snaplen);
    const expected = whole.run(frame);
    let got = cut.run(cutFrame);
    if (!isRight && !got.isNotModelled) {
      cut = new Side(script);
      for (const earlier of frames.slice(0, index)) cut.run(earlier);
      got = cut.run(cutFrame);
      isRight = true;
    }
    const difference = got.isNotModelled ? null : differenceOf(expected, got);
    const hasUnseenChecksum = difference !== null && expected.causes.some((cause) => CHECKSUM_DROP.test(cause));
    if (got.isNotModelled) result.notModelled++;
    else if (hasUnseenChecksum) result.unseenChecksums++;
    else if (difference === null) result.equal++;
    else result.faults.push(`frame ${index + 1} cut to ${snaplen} bytes: ${difference}`);
    if (got.isNotModelled || difference !== null) isRight = false;
  }
}

export const emptyResult = (): SweepResult => ({ equal: 0, notModelled: 0, unseenChecksums: 0, faults: [] });
