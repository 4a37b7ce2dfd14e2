/** The packets that left against the expected captures, by the comparison of `vppcap verify`. */

import { LINKTYPE_ETHERNET, type CaptureInterface, type FrameReader } from '../capture/frame-batch.js';
import { MemoryCapture } from '../capture/memory-capture.js';
import { openCapture } from '../capture/open-capture.js';
import { parseFieldRule } from '../verify/field-rules.js';
import type { NatPool, VerifyOptions } from '../verify/options.js';
import type { VerifyReport } from '../verify/report.js';
import { verifyCaptures } from '../verify/verify.js';
import { shownPath } from './case-paths.js';
import { CaseFileError, type CaseDescription, type ExpectedCapture, type RegressionCase } from './case.js';
import type { CaseReplay } from './replay-case.js';
import type { PacketRecord } from './result.js';
import { maskFields } from './volatile-fields.js';

/** Differences listed one by one; all are counted. */
const LISTED_DIFFERENCES = 1000;

export interface PacketComparison {
  readonly report: VerifyReport;
  /** Packets of the expected captures, one capture behind the other. */
  readonly expected: readonly PacketRecord[];
  /** Packets whose order over all interfaces is not the expected one, in a sentence; null where it is, or does not count. */
  readonly misplaced: string | null;
}

/** Rejects with CaptureError or CaseFileError for an expected capture that cannot be read, or read to its end. */
export async function comparePackets(
  { description, expected, file }: RegressionCase,
  { sent, natPool }: CaseReplay,
): Promise<PacketComparison> {
  const captures: LoadedCapture[] = [];
  for (const capture of expected) captures.push(await loadExpected(capture));
  const packets = captures.flatMap((capture) => capture.packets);
  // A classic capture names no interfaces, so it cannot judge them.
  const isNameless = packets.length > 0 && packets.every(({ interfaceName }) => interfaceName === null);
  const seen = isNameless ? sent.map((packet) => ({ ...packet, interfaceName: null })) : sent;
  const masked = captures.reduce((all, { capture }) => maskSent(all, capture), seen);
  const actual = memoryCapture('what leaves', masked);
  try {
    const report = await verifyCaptures(
      [{ reader: actual, interfaceName: null }],
      captures.map(({ capture, packets: own }) => ({
        reader: memoryCapture(shownPath(capture.file), own),
        interfaceName: capture.interfaceName,
      })),
      optionsOf(description, natPool),
    );
    const isOneOrder = expected.length === 1 && expected[0].interfaceName === null;
    return {
      report,
      expected: packets,
      misplaced: isOneOrder && report.isMatch ? misplaced(description, seen, packets) : null,
    };
  } catch (error) {
    // The comparison complains of its options, which come from the case's file.
    if (error instanceof Error && error.name === 'UsageError')
      throw new CaseFileError(`${file}: compare: ${error.message}`);
    throw error;
  }
}

const optionsOf = ({ compare }: CaseDescription, natPool: NatPool): Partial<VerifyOptions> => ({
  natPool,
  order: compare.order,
  contains: compare.contains,
  unique: compare.unique,
  rules: compare.ignore.map(parseFieldRule),
  natPorts: compare.natPorts,
  timeToleranceSeconds: compare.timeToleranceSeconds ?? null,
  comparesPadding: compare.padding,
  listedDifferences: LISTED_DIFFERENCES,
});

/** A capture of all interfaces tells their order too, which the comparison of each interface by itself does not see. */
function misplaced(
  { compare: { order, contains, unique } }: CaseDescription,
  sent: readonly PacketRecord[],
  expected: readonly PacketRecord[],
): string | null {
  if (order !== 'strict' || contains || unique) return null;
  const at = expected.findIndex(({ interfaceName }, i) => interfaceName !== sent[i].interfaceName);
  if (at < 0) return null;
  const [was, is] = [expected[at].interfaceName ?? '?', sent[at].interfaceName ?? '?'];
  return `packet ${at + 1} leaves by ${is}, expected ${was}: the packets are right, their order over the interfaces is not`;
}

interface LoadedCapture {
  readonly capture: ExpectedCapture;
  /** With the unstable fields blanked. */
  readonly packets: readonly PacketRecord[];
}

/** An expected capture's packets; where it is one interface's, they are that interface's whatever it says itself. */
async function loadExpected(capture: ExpectedCapture): Promise<LoadedCapture> {
  const reader = await openCapture(shownPath(capture.file));
  try {
    const packets = await readPackets(reader, capture.interfaceName);
    if (reader.damage) throw new CaseFileError(reader.damage.message);
    return { capture, packets: packets.map((packet, i) => mask(packet, capture, i + 1)) };
  } finally {
    await reader.close();
  }
}

async function readPackets(reader: FrameReader, interfaceName: string | null): Promise<PacketRecord[]> {
  const packets: PacketRecord[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next())
    for (let i = 0; i < batch.count; i++) {
      const { name, linkType } = reader.interfaces[batch.interfaceIndex[i]];
      if (linkType !== LINKTYPE_ETHERNET)
        throw new CaseFileError(
          `${reader.name}: link type ${linkType}, expected Ethernet (1): frames leave VPP with it`,
        );
      packets.push({
        frame: packets.length + 1,
        interfaceName: interfaceName ?? name,
        seconds: batch.seconds[i],
        nanoseconds: batch.nanoseconds[i],
        originalLength: batch.originalLength[i],
        bytes: batch.bytes.slice(batch.offset[i], batch.offset[i] + batch.capturedLength[i]),
      });
    }
  return packets;
}

/** Blanks the unstable fields of what left: the n-th packet answers the n-th of the expected capture. */
function maskSent(sent: readonly PacketRecord[], capture: ExpectedCapture): readonly PacketRecord[] {
  if (capture.unstable.length === 0) return sent;
  let number = 0;
  return sent.map((packet) => {
    const isSame = capture.interfaceName === null || packet.interfaceName === capture.interfaceName;
    return isSame ? mask(packet, capture, ++number) : packet;
  });
}

const mask = (packet: PacketRecord, { unstable }: ExpectedCapture, number: number): PacketRecord => ({
  ...packet,
  bytes: maskFields(
    packet.bytes,
    unstable.flatMap((entry) => (entry.packet === number ? entry.fields : [])),
  ),
});

function memoryCapture(name: string, packets: readonly PacketRecord[]): MemoryCapture {
  const names = [...new Set(packets.map(({ interfaceName }) => interfaceName))];
  const interfaces = names.map((own): CaptureInterface => ({
    name: own,
    linkType: LINKTYPE_ETHERNET,
    snapLength: 0,
    timestampDigits: 9,
  }));
  const capture = new MemoryCapture(name, interfaces);
  for (const { bytes, originalLength, seconds, nanoseconds, interfaceName } of packets)
    capture.add(bytes, 0, bytes.length, originalLength, seconds, nanoseconds, names.indexOf(interfaceName));
  return capture;
}
