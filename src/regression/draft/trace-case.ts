/** A regression case from a packet trace: the frames it shows, a configuration to start from, and what has to come out. */

import { writeFileSync } from 'node:fs';
import type { ImportedPacket, ImportedTrace } from '../../trace/import/imported-trace.js';
import { interfaceNames } from '../../trace/import/interface-names.js';
import { startingNode } from '../../trace/import/starting-node.js';
import { expectedPath } from '../../trace/judge/expected-path.js';
import { DEFAULT_RELEASE } from '../../releases/releases.js';
import { describeUnknown } from '../../trace/rebuild/rebuilt-frame.js';
import { CASE_FILE, CaseFileError } from '../case/case.js';
import { makeCaseFolder, requireFree } from '../case/case-folder.js';
import type { CaseYaml } from '../case/case-schema.js';
import { caseYamlText } from '../case/case-yaml.js';
import { expectedDrops, writeExpected } from './expectation.js';
import type { PacketRecord } from '../result.js';

const [INPUT, EXPECTED, CONFIG] = ['in.pcapng', 'expected.pcapng', 'node.vpp'] as const;

const HEAD = [
  'Made by vppcap import from a packet trace. docs/CASES.md explains the keys, docs/TRACES.md what a trace shows and what not.',
  'node.vpp has what the packets show and placeholders for what VPP needs besides: put the real configuration in its place.',
];

export interface TraceCase {
  /** Packets that are part of the case, and those that could not be rebuilt. */
  readonly packets: readonly ImportedPacket[];
  readonly left: readonly ImportedPacket[];
}

/**
 * Makes the folder, which appears only when it is complete. Rejects with CaseFileError where it is there already or no packet can
 * be rebuilt, and with OutputError.
 * @param source what the trace was read from
 */
export async function writeTraceCase(folder: string, trace: ImportedTrace, source: string): Promise<TraceCase> {
  requireFree(folder);
  const names = interfaceNames(trace);
  const packets = trace.packets.filter((packet) => packet.input !== null && names.rxOf(packet) !== null);
  if (packets.length === 0)
    throw new CaseFileError(
      `${source}: none of its packets has its beginning, its length and the interface it came by`,
    );
  const times = timesOf(packets);
  await makeCaseFolder(folder, async (at) => {
    await writeExpected(
      at(INPUT),
      packets.map((packet, i) => record(packet.input?.bytes ?? new Uint8Array(0), names.rxOf(packet), times[i], i + 1)),
    );
    const outputs = packets.flatMap((packet, i) =>
      packet.outputs
        .filter(({ isComparable }) => isComparable)
        .map(({ frame, interfaceName }, out) => record(frame.bytes, interfaceName, times[i], out + 1)),
    );
    await writeExpected(at(EXPECTED), outputs);
    writeFileSync(at(CONFIG), startingNode(trace, source));
    writeFileSync(at(CASE_FILE), caseYamlText(describe(packets, source), HEAD));
  });
  return { packets, left: trace.packets.filter((packet) => !packets.includes(packet)) };
}

/** Microseconds of the traced VPP's clock; packets without keep the time of the one before. Never backwards. */
function timesOf(packets: readonly ImportedPacket[]): number[] {
  let last = 0;
  return packets.map(({ microseconds }) => (last = Math.max(last, microseconds ?? last)));
}

const record = (bytes: Uint8Array, interfaceName: string | null, micro: number, frame: number): PacketRecord => ({
  frame,
  interfaceName,
  originalLength: bytes.length,
  bytes,
  seconds: Math.floor(micro / 1e6),
  nanoseconds: (micro % 1e6) * 1000,
});

function describe(packets: readonly ImportedPacket[], source: string): CaseYaml {
  const left = packets.flatMap(({ outputs }) => outputs).filter(({ isComparable }) => !isComparable).length;
  return {
    title: `Packet trace ${source}`,
    origin: 'trace',
    sources: [source],
    notes: [
      ...packets.flatMap(unknownNote),
      ...(left > 0
        ? [`${left} of the packets that left are not shown well enough to be compared, and not part of ${EXPECTED}.`]
        : []),
      'Times are of the clock of the traced VPP, which begins with its start.',
      'What happened before the first packet is unknown; vppcap verify-trace tells what the trace presupposes.',
    ],
    config: CONFIG,
    captures: [{ file: INPUT }],
    expect: {
      captures: [{ file: EXPECTED }],
      drops: expectedDrops(packets.map(dropsOf)),
      paths: packets.flatMap((packet, i) => pathOf(packet, i + 1)),
    },
    ...(left > 0 ? { compare: { contains: true } } : {}),
  };
}

function unknownNote({ input, lengthFrom, number }: ImportedPacket, i: number): string[] {
  const unknown = input && describeUnknown(input);
  return [
    ...(unknown === null ? [] : [`Frame ${i + 1} (packet ${number}): ${unknown} are not in the trace and stand as 0.`]),
    ...(lengthFrom === 'device' ? [] : [`Frame ${i + 1} (packet ${number}): the length is that of its IPv4 header.`]),
  ];
}

/** As verdicts have drops. */
const dropsOf = ({ drop }: ImportedPacket): { drop: string | null } => ({
  drop: drop && `${drop.node}: ${drop.reason}`,
});

/** None for a packet of which the text has no node but the device's. */
function pathOf({ trace, path }: ImportedPacket, frame: number): NonNullable<CaseYaml['expect']['paths']> {
  const expected = expectedPath(trace.records, DEFAULT_RELEASE.name);
  if (expected.path.length === 0) return [];
  const way = { frames: frame, path: expected.path.join(' ') };
  return [expected.why.length === 0 ? way : { ...way, sourcePath: path.join(' '), differs: expected.why.join(' ') }];
}
