/**
 * Makes cases of the beginnings of recordings. Everything that a case expects is read from the recording: the packets from
 * out.pcapng, drops, counters and node paths from packets.jsonl. The dataplane has no part in it.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseYaml } from '../../src/regression/case/case-schema.js';
import { caseYamlText } from '../../src/regression/case/case-yaml.js';
import { expectedCounters, expectedDrops, expectedPaths } from '../../src/regression/draft/expectation.js';
import { loadOracleCase, type OracleCase, type RecordedFrame } from '../oracle/oracle-case.js';
import { summaryLine } from '../../src/verify/packet/fields.js';
import { pcapng, type CaseFrame } from '../guide/capture-files.js';
import { headOf, type Files } from '../guide/case-files.js';
import type { Evidence, RecordingCase } from './recording-case.js';

const ETHERNET = 1;

/** What was recorded, by release. */
const VERSIONS: Readonly<Record<string, string>> = { '19.08': '19.08.2', '26.06': '26.06' };

/** The files of a case. Rejects where the recording does not show what the case says it does. */
export async function recordingFiles(corpora: string, source: RecordingCase): Promise<Files> {
  const { name, recording, frames, release = '19.08' } = source;
  const recorded = await loadOracleCase(join(corpora, `vpp-${release}`), recording);
  const verdicts = recorded.verdicts.slice(0, frames);
  if (verdicts.length < frames) throw new Error(`${name}: ${recording} has only ${verdicts.length} frames`);
  for (const evidence of source.evidence) requireEvidence(source, recorded, evidence);
  const outputs = verdicts.flatMap(({ out, frame }) => out.map((index) => ({ index, frame })));
  if (outputs.some(({ index }, i) => index !== i)) throw new Error(`${name}: outputs are not in order of the frames`);
  const counters = new Map<string, number>();
  for (const verdict of verdicts)
    for (const [counter, count] of Object.entries(verdict.counters))
      counters.set(counter, (counters.get(counter) ?? 0) + count);
  const unstable = outputs.flatMap(({ index }) => {
    const fields = recorded.volatile.get(index);
    return fields ? [{ packet: index + 1, fields: [...fields].sort().reverse() }] : [];
  });
  const description: CaseYaml = {
    title: source.title,
    description: source.description,
    origin: 'recording',
    sources: [
      `recording ${recording} of VPP ${VERSIONS[release]}, frames 1 to ${frames} of ${recorded.verdicts.length}`,
    ],
    notes: [
      ...source.evidence.map(({ frame, what }) => `Frame ${frame}: ${what}.`),
      ...(unstable.length > 0 ? ['VPP chooses the IP id of its echo replies at random, so it is not compared.'] : []),
    ],
    config: 'node.vpp',
    captures: [{ file: 'in.pcapng' }],
    expect: {
      captures: [{ file: 'expected.pcapng', ...(unstable.length > 0 ? { unstable } : {}) }],
      drops: expectedDrops(verdicts),
      counters: expectedCounters(counters),
      paths: expectedPaths(verdicts.map(({ frame, nodes }) => ({ frame, nodes: [...nodes] }))),
    },
  };
  const folder = `expectations/${name}`;
  const inputs = recorded.input.slice(0, frames);
  const packets = outputs.map(({ index, frame }) => caseFrame(recorded.output[index], `because of frame ${frame + 1}`));
  return new Map<string, Uint8Array>([
    [`${folder}/case.yaml`, encode(caseYamlText(description, headOf('tools/recording-cases.ts')))],
    [`${folder}/node.vpp`, readFileSync(recorded.configPath)],
    [`${folder}/in.pcapng`, pcapng(inputs.map((frame) => caseFrame(frame, null)))],
    [`${folder}/expected.pcapng`, pcapng(packets)],
  ]);
}

function requireEvidence({ name, frames }: RecordingCase, recorded: OracleCase, evidence: Evidence): void {
  const { frame, node, drop, counter, sent } = evidence;
  const { nodes, drop: recordedDrop, counters, out } = recorded.verdicts[frame - 1];
  const summaries = out.map((index) => summaryLine(recorded.output[index].bytes, ETHERNET));
  const lacks = (what: string): never => {
    throw new Error(
      `${name}: frame ${frame} of ${recorded.name} does not show ${what}: ${nodes.join(' ')}; ${summaries.join('; ')}`,
    );
  };
  if (frame > frames) lacks('anything: it is not part of the case');
  if ([node, drop, counter, sent].every((wanted) => wanted === undefined)) lacks('anything that is asked for');
  if (counter !== undefined && !(counter in counters)) lacks(`the counter "${counter}"`);
  if (node !== undefined && !nodes.includes(node)) lacks(`the node ${node}`);
  if (drop !== undefined && recordedDrop !== drop) lacks(`the drop "${drop}", but "${recordedDrop ?? 'none'}"`);
  if (sent !== undefined && !summaries.some((summary) => summary.includes(sent))) lacks(`a packet "${sent}"`);
}

const caseFrame = (frame: RecordedFrame, comment: string | null): CaseFrame => {
  const { interfaceName, bytes, originalLength, seconds, nanoseconds } = frame;
  if (originalLength !== bytes.length) throw new Error('a recording has cut frames');
  return { interfaceName, bytes, microseconds: seconds * 1e6 + nanoseconds / 1000, comment };
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
