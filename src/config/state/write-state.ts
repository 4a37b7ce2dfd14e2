/** The state of a node as text: what VPP's show commands would answer, and what they hide or round. */

import type { Tables } from '../../pipeline/engine/tables.js';
import type { WrittenAnswer } from '../../pipeline/show-answers.js';
import { releaseOf } from '../../releases/release.js';
import type { NodeScript } from '../node-script.js';
import { CLOCK, timeNow } from './load-state.js';
import { savedLines } from './saved-section.js';

const headingOf = (command: string): string => `### ${command}`;

/** For `--state` of a replay that goes on from here. */
export function* stateLines(tables: Tables, script: NodeScript): Generator<string> {
  yield headingOf(CLOCK);
  yield timeNow(tables.clock.now);
  for (const answer of answersOf(tables)) yield* answerLines(answer);
  yield* savedLines(tables.saved, script);
}

/** The tables of sessions, as VPP's show commands print them. */
export function* sessionTableLines(tables: Tables): Generator<string> {
  for (const answer of answersOf(tables)) if (answer.isSessions) yield* answerLines(answer);
}

const answersOf = (tables: Tables): WrittenAnswer[] =>
  releaseOf(tables).plugins.flatMap(({ shows = [] }) => shows.flatMap((show) => show.write?.(tables) ?? []));

function* answerLines({ command, lines }: WrittenAnswer): Generator<string> {
  yield headingOf(command);
  yield* lines;
}
