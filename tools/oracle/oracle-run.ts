/** Runs a recorded case through the dataplane and says, frame by frame, in which respects the two agree. */

import { readFileSync } from 'node:fs';
import { Node, type Outcome, type SentPacket } from '../../src/node/node.js';
import type { OracleCase, RecordedFrame, RecordedVerdict } from './oracle-case.js';
import { maskFields } from '../../src/regression/compare/volatile-fields.js';

/** One input frame, recorded and modelled, and where they agree. */
export interface FrameComparison {
  readonly recorded: RecordedVerdict;
  readonly recordedOutput: readonly RecordedFrame[];
  readonly model: Outcome;
  /** The frames transmitted for it are equal: number, order, interface, bytes but for volatile fields. */
  readonly bytes: boolean;
  readonly drop: boolean;
  readonly nodes: boolean;
  readonly counters: boolean;
}

/** Drop reason, outputs' number and counters, which is what a verdict says besides bytes and path. */
export const isVerdictExact = ({ recorded, model, drop, counters }: FrameComparison): boolean =>
  drop && counters && recorded.out.length === model.sent.length;

export const isExact = (frame: FrameComparison): boolean => frame.bytes && frame.nodes && isVerdictExact(frame);

/** The node of a case, before its first frame; `text` is a script in place of the recorded one. Throws ConfigError where it uses what is not modelled. */
export const nodeOf = ({ configPath, state, changes }: OracleCase, text = readFileSync(configPath, 'utf8')): Node =>
  new Node(text, {
    file: configPath,
    ...(state.length > 0 ? { state } : {}),
    ...(changes === null ? {} : { changes }),
  });

/** @param text a script in place of the recorded one. Throws ConfigError where the script uses what is not modelled. */
export function runOracleCase(oracleCase: OracleCase, text?: string): FrameComparison[] {
  const node = nodeOf(oracleCase, text);
  return oracleCase.input.map((frame, index) =>
    compareFrame(oracleCase, index, node.receive(frame.bytes, { ...frame, interface: frame.interfaceName })),
  );
}

export function compareFrame(oracleCase: OracleCase, index: number, model: Outcome): FrameComparison {
  const recorded = oracleCase.verdicts[index];
  const recordedOutput = recorded.out.map((out) => oracleCase.output[out]);
  const isSameOutput = (modelled: SentPacket, nth: number): boolean =>
    modelled.interface === recordedOutput[nth].interfaceName &&
    equalBytes(
      maskFields(recordedOutput[nth].bytes, oracleCase.volatile.get(recorded.out[nth]) ?? []),
      maskFields(modelled.bytes, oracleCase.volatile.get(recorded.out[nth]) ?? []),
    );
  return {
    recorded,
    recordedOutput,
    model,
    bytes: model.sent.length === recordedOutput.length && model.sent.every(isSameOutput),
    drop: recorded.drop === model.end.drop,
    nodes: recorded.nodes.join() === model.nodes.join(),
    counters: equalCounters(recorded.counters, model.counters),
  };
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

type Counters = Readonly<Record<string, number>>;

function equalCounters(recorded: Counters, model: Counters): boolean {
  const names = Object.keys(model);
  return names.length === Object.keys(recorded).length && names.every((name) => model[name] === recorded[name]);
}
