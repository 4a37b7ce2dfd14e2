/** Runs a recorded case through the dataplane and says, frame by frame, in which respects the two agree. */

import { readFileSync } from 'node:fs';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Dataplane } from '../../src/dataplane/dataplane.js';
import { VerdictRecorder, type Verdict } from '../../src/outcome/verdicts.js';
import type { OracleCase, RecordedFrame, RecordedVerdict } from './oracle-case.js';
import { receiveFrame } from './receive-frame.js';
import { maskFields } from '../../src/regression/volatile-fields.js';

/** A packet that the model transmitted. */
export interface ModelOutput {
  readonly interfaceName: string;
  readonly bytes: Uint8Array;
}

/** What the model did with a frame. */
export interface ModelResult {
  readonly verdict: Verdict;
  readonly output: readonly ModelOutput[];
}

/** One input frame, recorded and modelled, and where they agree. */
export interface FrameComparison {
  readonly recorded: RecordedVerdict;
  readonly recordedOutput: readonly RecordedFrame[];
  readonly model: ModelResult;
  /** The frames transmitted for it are equal: number, order, interface, bytes but for volatile fields. */
  readonly bytes: boolean;
  readonly drop: boolean;
  readonly nodes: boolean;
  readonly counters: boolean;
}

/** Drop reason, outputs' number and counters, which is what a verdict says besides bytes and path. */
export const isVerdictExact = ({ recorded, model, drop, counters }: FrameComparison): boolean =>
  drop && counters && recorded.out.length === model.output.length;

export const isExact = (frame: FrameComparison): boolean => frame.bytes && frame.nodes && isVerdictExact(frame);

/** Throws ConfigError where the script uses what is not modelled. */
export function runOracleCase(oracleCase: OracleCase): FrameComparison[] {
  const script = parseScript(readFileSync(oracleCase.configPath, 'utf8'), oracleCase.configPath);
  const tables = applyScript(script);
  const recorder = new VerdictRecorder();
  let output: ModelOutput[] = [];
  const dataplane: Dataplane = new Dataplane(
    tables,
    {
      transmit: (b) => {
        recorder.transmit();
        output.push({
          interfaceName: tables.interfaces.all[b.swIfIndexTx].name,
          bytes: b.bytes.slice(b.at, b.at + b.length),
        });
      },
      discard: (b) => recorder.discard(b, dataplane),
    },
    true,
  );
  return oracleCase.input.map((frame, index) => {
    receiveFrame(dataplane, frame);
    const model = { verdict: recorder.take(dataplane), output };
    output = [];
    return compareFrame(oracleCase, index, model);
  });
}

function compareFrame(oracleCase: OracleCase, index: number, model: ModelResult): FrameComparison {
  const recorded = oracleCase.verdicts[index];
  const recordedOutput = recorded.out.map((out) => oracleCase.output[out]);
  const isSameOutput = (modelled: ModelOutput, nth: number): boolean =>
    modelled.interfaceName === recordedOutput[nth].interfaceName &&
    equalBytes(
      maskFields(recordedOutput[nth].bytes, oracleCase.volatile.get(recorded.out[nth]) ?? []),
      maskFields(modelled.bytes, oracleCase.volatile.get(recorded.out[nth]) ?? []),
    );
  return {
    recorded,
    recordedOutput,
    model,
    bytes: model.output.length === recordedOutput.length && model.output.every(isSameOutput),
    drop: recorded.drop === model.verdict.drop,
    nodes: recorded.nodes.join() === model.verdict.nodes.join(),
    counters: equalCounters(recorded.counters, model.verdict.counters),
  };
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

function equalCounters(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
