/** One inexact frame of the corpus in words: what VPP did, what the model did, and where they part. */

import { LINKTYPE_ETHERNET } from '../src/capture/frame-batch.js';
import type { OracleCase } from './oracle/oracle-case.js';
import type { FrameComparison } from './oracle/oracle-run.js';
import { formatHex } from '../src/verify/packet/field-table.js';
import { differingFields } from '../src/verify/packet/fields.js';
import { summaryLine } from '../src/verify/packet/fields.js';

interface Output {
  readonly interfaceName: string;
  readonly bytes: Uint8Array;
}

export function describeFrame(oracleCase: OracleCase, comparison: FrameComparison): string {
  const { recorded, recordedOutput, model } = comparison;
  const input = oracleCase.input[recorded.frame];
  const lines = [
    `--- ${oracleCase.name} frame ${recorded.frame} on ${recorded.rx}: ${summaryLine(input.bytes, LINKTYPE_ETHERNET)}`,
    `    input    ${formatHex(input.bytes)}`,
  ];
  if (!comparison.nodes) lines.push(...pathLines(recorded.nodes, model.nodes));
  if (!comparison.drop)
    lines.push(`    drop     VPP ${recorded.drop ?? 'none'}`, `             got ${model.end.drop ?? 'none'}`);
  if (!comparison.counters) lines.push(...counterLines(recorded.counters, model.counters));
  if (!comparison.bytes)
    lines.push(
      ...outputLines(
        recordedOutput,
        model.sent.map(({ interface: interfaceName, bytes }) => ({ interfaceName, bytes })),
      ),
    );
  if (model.end.cause !== null) lines.push(`    cause    ${model.end.cause}`);
  return lines.join('\n');
}

/** Both paths with the common start folded away, so that the parting node stands first. */
function pathLines(expected: readonly string[], actual: readonly string[]): string[] {
  let common = 0;
  while (common < Math.min(expected.length, actual.length) && expected[common] === actual[common]) common++;
  const from = Math.max(0, common - 1);
  const show = (path: readonly string[]): string =>
    `${from > 0 ? '… ' : ''}${path.slice(from).join(' → ') || '(ends)'}${path.length <= common ? ' (ends)' : ''}`;
  return [`    nodes    VPP ${show(expected)}`, `             got ${show(actual)}`];
}

function counterLines(expected: Readonly<Record<string, number>>, actual: Readonly<Record<string, number>>): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  const of = (counters: Readonly<Record<string, number>>, name: string): number =>
    Object.hasOwn(counters, name) ? counters[name] : 0;
  return names
    .filter((name) => of(expected, name) !== of(actual, name))
    .map((name) => `    counter  ${name}: VPP ${of(expected, name)}, got ${of(actual, name)}`);
}

function outputLines(expected: readonly Output[], actual: readonly Output[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    const [vpp, got] = [expected.at(i), actual.at(i)] as const;
    const isSame = vpp?.interfaceName === got?.interfaceName && hexOf(vpp) === hexOf(got);
    if (isSame) continue;
    lines.push(`    out ${i}    VPP ${outputText(vpp)}`, `             got ${outputText(got)}`);
    if (!vpp || !got) continue;
    for (const { field, expected: was, actual: is } of differingFields(vpp.bytes, got.bytes, LINKTYPE_ETHERNET))
      lines.push(`             ${field} expected ${was}, got ${is}`);
    lines.push(`         VPP ${formatHex(vpp.bytes)}`, `         got ${formatHex(got.bytes)}`);
  }
  return lines;
}

const outputText = (output: Output | undefined): string =>
  output ? `${output.interfaceName}: ${summaryLine(output.bytes, LINKTYPE_ETHERNET)}` : 'nothing';

const hexOf = (output: Output | undefined): string => (output ? formatHex(output.bytes) : '');
