/** Tries out a case that was made of a packet trace: by judging its configuration with the trace, and as `vppcap test` does. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { applyScript } from '../../config/apply.js';
import { parseScriptFile } from '../../config/parse-script.js';
import { counted } from '../../regression/reporters/words.js';
import { testCase } from '../../regression/test-case.js';
import type { ImportedTrace } from '../../trace/import/imported-trace.js';
import { interfaceNames } from '../../trace/import/interface-names.js';
import { judgeTrace, type TraceJudgement } from '../../trace/judge/judge-trace.js';
import { countsOf, isAgreement, judgementLines } from '../../trace/judge/judgement-report.js';

/** So many assumptions are told one by one. */
const MOST_ASSUMPTIONS = 8;

/** What there is to say about a case. @param trace its packets */
export async function tryOut(folder: string, script: string, trace: ImportedTrace): Promise<string[]> {
  const parsed = parseScriptFile(script);
  const nameOf = (swIfIndex: number): string | null => interfaceNames(trace).byIndex(swIfIndex);
  const judgement = judgeTrace(trace, () => applyScript(parsed), nameOf);
  const { notJudged, records } = countsOf(judgement);
  const unjudged = notJudged === 0 ? '' : `; ${notJudged} of ${records} could not be judged`;
  const agreement = isAgreement(judgement)
    ? [`replayed on ${script}, every record agrees${unjudged}`]
    : ['replayed on it:', ...judgementLines(judgement, true)];
  const assumed = assumptionsOf(judgement);
  const { result } = await testCase({ name: basename(folder), folder }, { allowed: [], needsDetail: false });
  return [
    ...agreement,
    ...assumed,
    ...placeholdersOf(script),
    ...testLines(folder, result.differences, isAgreement(judgement) && assumed.length > 0),
  ];
}

/** What the trace presupposes, which the judge gave the model and no case can have. */
function assumptionsOf({ packets }: TraceJudgement): string[] {
  const all = packets.flatMap(({ packet, assumptions }) =>
    assumptions.map(({ line, text, isMade }) => {
      const kind = isMade ? 'assumed' : 'unknown';
      return `${kind} of the time before the trace (packet ${packet.number}, line ${line}): ${text}`;
    }),
  );
  const more = all.length - MOST_ASSUMPTIONS;
  return more > 0 ? [...all.slice(0, MOST_ASSUMPTIONS), `and ${counted(more, 'assumption')} more of that kind`] : all;
}

function placeholdersOf(script: string): string[] {
  const lines = readFileSync(script, 'utf8').split('\n');
  const count = (what: RegExp): number => lines.filter((line) => what.test(line)).length;
  const [placeholders, left] = [count(/^# .*placeholder/), count(/^# left out: /)];
  return [
    ...(placeholders === 0 ? [] : [`${counted(placeholders, 'placeholder')} in it for what no packet shows`]),
    ...(left === 0 ? [] : [`${counted(left, 'command')} left out of it, because packets contradict each other`]),
  ];
}

function testLines(folder: string, differences: readonly { message: string }[], isByAssumption: boolean): string[] {
  if (differences.length === 0) return [`vppcap test ${folder} passes`];
  const [first] = differences[0].message.split('\n');
  const more = differences.length === 1 ? '' : ` (and ${differences.length - 1} more)`;
  return [
    `vppcap test ${folder} does not pass yet${more}: ${first}`,
    isByAssumption
      ? '  a case begins with nothing: put what the trace presupposes into node.vpp, or the packets that made it in front of in.pcapng'
      : '  put the real configuration in the place of node.vpp, or take out of the case what the trace does not show well enough',
  ];
}
