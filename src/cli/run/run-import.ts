/** Imports a packet trace as the command line asks for it. */

import { basename, join } from 'node:path';
import type { ImportedPacket, ImportedTrace } from '../../trace/import/imported-trace.js';
import { interfaceNames } from '../../trace/import/interface-names.js';
import { unreadLines } from '../../trace/judge/judgement-report.js';
import { describeUnknown, knownBytes } from '../../trace/rebuild/rebuilt-frame.js';
import type { ImportArguments } from '../commands/judgements.js';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { print, printResult } from '../print.js';
import { readTrace } from '../common/read-trace.js';

/** Returns the exit code. Throws CaptureError, UsageError, CaseFileError or OutputError. */
export async function importFiles({ trace: path, output, packets, json }: ImportArguments): Promise<number> {
  const trace = readTrace(path, packets);
  const source = path === '-' ? 'standard input' : basename(path);
  printResult(json, jsonOf(trace), linesOf(trace));
  if (output === undefined) return EXIT_SUCCESS;
  const giveSignalsBack = cleanUpOnSignals();
  const folder = output.replace(/\/+$/, '');
  const { writeTraceCase } = await import('../../regression/draft/trace-case.js');
  const { packets: written, left } = await writeTraceCase(folder, trace, source);
  giveSignalsBack();
  if (json) return EXIT_SUCCESS;
  print('');
  print(`${folder}: ${written.length} of ${trace.packets.length} packets, with a configuration to start from`);
  if (left.length > 0)
    print(
      `  left out, for want of their beginning or interface: packet ${left.map(({ number }) => number).join(', ')}`,
    );
  const { tryOut } = await import('./import-trial.js');
  const told = await tryOut(folder, join(folder, 'node.vpp'), { ...trace, packets: written });
  for (const line of told) print(`  ${line}`);
  return EXIT_SUCCESS;
}

function linesOf(trace: ImportedTrace): string[] {
  const names = interfaceNames(trace);
  return [
    ...trace.packets.flatMap((packet) => packetLines(packet, names.rxOf(packet))),
    ...trace.interfaces.conflicts.map((text) => `${text}; import the packets of one node with --packets`),
    ...unreadLines(trace),
  ];
}

function packetLines(
  { number, trace, input, lengthFrom, rx, path, outputs, drop, strayLine }: ImportedPacket,
  rxName: string | null,
): string[] {
  const on = rxName ?? (rx.swIfIndex === null ? 'an unknown interface' : `sw_if_index ${rx.swIfIndex}`);
  const frame =
    input === null
      ? 'the frame cannot be rebuilt: the text does not have its beginning or its length'
      : `${knownBytes(input)} of ${input.bytes.length} bytes known${unknownText(describeUnknown(input))}`;
  return [
    `packet ${number} (line ${trace.line}) on ${on}: ${frame}`,
    ...(input !== null && lengthFrom !== 'device'
      ? ['  its length is that of its IPv4 header: padding would not show']
      : []),
    `  ${path.join(' > ')}`,
    ...outputs.map(
      ({ interfaceName, frame: out, line }) =>
        `  leaves by ${interfaceName} (line ${line}): ${knownBytes(out)} of ${out.bytes.length} bytes known${unknownText(describeUnknown(out))}`,
    ),
    ...(drop === null ? [] : [`  dropped (line ${drop.line}): ${drop.node}: ${drop.reason}`]),
    ...(strayLine === null ? [] : [`  from line ${strayLine} on the records tell of another packet`]),
  ];
}

const unknownText = (unknown: string | null): string => (unknown === null ? '' : `, not ${unknown}`);

const jsonOf = ({ packets, interfaces, hasCutLines, unread }: ImportedTrace): object => ({
  packets: packets.map(({ number, trace, input, rx, path, outputs, drop, strayLine }) => ({
    packet: number,
    line: trace.line,
    thread: trace.thread,
    rx,
    input: input && frameJson(input),
    path,
    outputs: outputs.map(({ interfaceName, frame, line }) => ({
      interface: interfaceName,
      line,
      frame: frameJson(frame),
    })),
    drop,
    strayLine,
  })),
  interfaces: interfaces.all,
  conflicts: interfaces.conflicts,
  hasCutLines,
  unread: unread.map(({ number, text }) => ({ line: number, text })),
});

/** Bytes in hex, with the mask of bits that are known. */
const frameJson = ({ bytes, mask }: NonNullable<ImportedPacket['input']>): object => ({
  bytes: Buffer.from(bytes).toString('hex'),
  known: Buffer.from(mask).toString('hex'),
});
