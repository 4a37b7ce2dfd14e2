/** The packets that left against the expected captures, by the comparison of `vppcap verify`. */

import { copyOf, LINKTYPE_ETHERNET, type CaptureInterface, type FrameReader } from '../../capture/frame-batch.js';
import { linkTypeName } from '../../capture/link-types.js';
import { MemoryCapture } from '../../capture/memory-capture.js';
import { withCaptures } from '../../capture/input/open-batches.js';
import { UsageError } from '../../capture/user-error.js';
import { parseFieldRule } from '../../verify/packet/field-rules.js';
import type { VerifyOptions } from '../../verify/options.js';
import type { VerifyReport } from '../../verify/report/report.js';
import { verifyCaptures } from '../../verify/verify.js';
import { shownPath } from '../case/case-paths.js';
import { CaseFileError, type CaseDescription, type ExpectedCapture, type RegressionCase } from '../case/case.js';
import type { CaseReplay } from '../replay-case.js';
import type { PacketRecord } from '../result.js';
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
  const { compare } = description;
  const captures: LoadedCapture[] = [];
  for (const capture of expected) captures.push(await loadExpected(capture, compare.ignore.includes('link')));
  const packets = captures.flatMap((capture) => capture.packets);
  // A classic capture names no interfaces, so it cannot judge them.
  const isNameless = packets.length > 0 && packets.every(({ interfaceName }) => interfaceName === null);
  const seen = isNameless ? sent.map((packet) => ({ ...packet, interfaceName: null })) : sent;
  const masked = captures.reduce((all, { capture }) => maskSent(all, capture), seen);
  const actual = memoryCapture('what leaves', masked);
  // Of an interface that sends nothing, whatever is expected on it is missing.
  const interfacePairs = Object.entries(compare.map)
    .filter(([name]) => sent.some(({ interfaceName }) => interfaceName === name))
    .map(([ours, theirs]) => ({ actual: ours, expected: theirs }));
  try {
    const report = await verifyCaptures(
      [{ reader: actual, interfaceName: null }],
      captures.map(({ capture, packets: own }) => ({
        reader: memoryCapture(shownPath(capture.file), own),
        interfaceName: capture.interfaceName,
      })),
      { ...optionsOf(compare), natPool, interfacePairs },
    );
    const isOneOrder = expected.length === 1 && expected[0].interfaceName === null;
    return {
      report,
      expected: packets,
      misplaced: isOneOrder && report.isMatch ? misplaced(compare, seen, packets) : null,
    };
  } catch (error) {
    // The comparison complains of its options, which come from the case's file.
    if (error instanceof UsageError) throw new CaseFileError(`${file}: compare: ${error.message}`);
    throw error;
  }
}

type Compare = CaseDescription['compare'];

function optionsOf(compare: Compare): Partial<VerifyOptions> {
  const { order, contains, unique, natPorts, ignore, padding, timeToleranceSeconds = null } = compare;
  return {
    ...{ order, contains, unique, natPorts, timeToleranceSeconds },
    rules: ignore.map(parseFieldRule),
    comparesPadding: padding,
    listedDifferences: LISTED_DIFFERENCES,
  };
}

/** A capture of all interfaces tells their order too, which the comparison of each interface by itself does not see. */
function misplaced(
  { order, contains, unique, ignore, map }: Compare,
  sent: readonly PacketRecord[],
  expected: readonly PacketRecord[],
): string | null {
  if (order !== 'strict' || contains || unique || ignore.includes('interface')) return null;
  const names = new Map<string | null, string>(Object.entries(map));
  const theirName = (name: string | null): string | null => names.get(name) ?? name;
  const at = expected.findIndex(({ interfaceName }, i) => interfaceName !== theirName(sent[i].interfaceName));
  if (at < 0) return null;
  const [was, is] = [expected[at].interfaceName ?? '?', theirName(sent[at].interfaceName) ?? '?'];
  return `packet ${at + 1} leaves by ${is}, expected ${was}: the packets are right, their order over the interfaces is not`;
}

interface LoadedCapture {
  readonly capture: ExpectedCapture;
  /** With the unstable fields blanked. */
  readonly packets: readonly PacketRecord[];
}

/** An expected capture's packets; where it is one interface's, they are that interface's whatever it says itself. */
const loadExpected = (capture: ExpectedCapture, takesAnyLink: boolean): Promise<LoadedCapture> =>
  withCaptures([shownPath(capture.file)], async ([reader]) => {
    const packets = await readPackets(reader, capture.interfaceName, takesAnyLink);
    if (reader.damage) throw new CaseFileError(reader.damage.message);
    return { capture, packets: packets.map((packet, i) => mask(packet, capture, i + 1)) };
  });

async function readPackets(
  reader: FrameReader,
  interfaceName: string | null,
  takesAnyLink: boolean,
): Promise<PacketRecord[]> {
  const packets: PacketRecord[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next())
    for (let i = 0; i < batch.count; i++) {
      const { name, linkType } = reader.interfaces[batch.interfaceIndex[i]];
      if (linkType !== LINKTYPE_ETHERNET && !takesAnyLink)
        throw new CaseFileError(
          `${reader.name}: ${linkTypeName(linkType)}, but frames leave VPP as Ethernet: "ignore: [link]" under "compare" ` +
            'compares packets without their link headers',
        );
      packets.push({
        ...copyOf(batch, i),
        frame: packets.length + 1,
        interfaceName: interfaceName ?? name,
        ...(linkType === LINKTYPE_ETHERNET ? {} : { linkType }),
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
    packet.linkType,
  ),
});

function memoryCapture(name: string, packets: readonly PacketRecord[]): MemoryCapture {
  const interfaces: CaptureInterface[] = [];
  const indexOf = ({ interfaceName, linkType = LINKTYPE_ETHERNET }: PacketRecord): number => {
    const known = interfaces.findIndex((each) => each.name === interfaceName && each.linkType === linkType);
    if (known >= 0) return known;
    return interfaces.push({ name: interfaceName, linkType, snapLength: 0, timestampDigits: 9 }) - 1;
  };
  const frames = packets.map((packet) => ({ ...packet, interfaceIndex: indexOf(packet) }));
  return new MemoryCapture(name, interfaces, frames);
}
