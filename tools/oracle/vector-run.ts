/** Runs a recorded case of vectors through the dataplane and says, burst by burst, in which respects the two agree. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../src/capture/frame-batch.js';
import { FrameRecord } from '../../src/capture/frame-record.js';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Dataplane, type VectorFrame } from '../../src/dataplane/dataplane.js';
import { FLAG_TRACED, type PacketBuffer } from '../../src/pipeline/engine/packet-buffer.js';
import { maskFields } from '../../src/regression/compare/volatile-fields.js';
import type { OracleCase } from './oracle-case.js';

interface RecordedBurst {
  readonly burst: number;
  readonly first: number;
  readonly last: number;
  readonly out: readonly number[];
  readonly counters: Readonly<Record<string, number>>;
}

export interface BurstComparison {
  readonly burst: number;
  readonly first: number;
  readonly last: number;
  /** Frames sent by each interface, in order, are equal but for volatile fields. */
  readonly bytes: boolean;
  /** Drop reasons of all frames are equal. */
  readonly drops: boolean;
  readonly counters: boolean;
  /** What differs, for people. */
  readonly differences: readonly string[];
}

/** @param text a script in place of the recorded one */
export function runVectorCase(oracleCase: OracleCase, text?: string): BurstComparison[] {
  const { configPath, state, input, output, verdicts, volatile } = oracleCase;
  const script = parseScript(text ?? readFileSync(configPath, 'utf8'), configPath);
  const tables = applyScript(state.length > 0 ? { ...script, state } : script);
  let sent: { name: string; bytes: Uint8Array }[] = [];
  let drops = new Map<number, string[]>();
  const dataplane: Dataplane = new Dataplane(
    tables,
    {
      transmit: (b) => {
        sent.push({
          name: tables.interfaces.all[b.swIfIndexTx].name,
          bytes: b.bytes.slice(b.at, b.at + b.length),
        });
      },
      discard: (b: PacketBuffer) => {
        if ((b.flags & FLAG_TRACED) === 0) return;
        const reasons = drops.get(b.frame) ?? [];
        const reason = dataplane.graph.errors.names[b.error];
        if (!reasons.includes(reason)) drops.set(b.frame, [...reasons, reason]);
      },
    },
    true,
  );
  const bursts = readFileSync(join(dirname(configPath), 'bursts.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedBurst);
  let before: Float64Array | undefined;
  return bursts.map(({ burst, first, last, out, counters }) => {
    sent = [];
    drops = new Map();
    const frames = input.slice(first, last + 1).map((frame, i): VectorFrame => {
      const bytes = new Uint8Array(HEADROOM_BYTES + frame.bytes.length + TAILROOM_BYTES);
      bytes.set(frame.bytes, HEADROOM_BYTES);
      const record = new FrameRecord().setBytes(bytes, new DataView(bytes.buffer), HEADROOM_BYTES, frame.bytes.length);
      record.setTime(frame.seconds, frame.nanoseconds);
      record.originalLength = frame.originalLength;
      return { record, swIfIndex: tables.interfaces.byName(frame.interfaceName)?.swIfIndex ?? -1, index: first + i };
    });
    dataplane.receiveVector(frames);
    const { errors } = dataplane.graph;
    const counted = Object.fromEntries(errors.shown(before));
    before = errors.counters.slice();
    const differences: string[] = [];
    const recorded = out.map((index) => ({
      name: output[index].interfaceName,
      bytes: maskFields(output[index].bytes, volatile.get(index) ?? []),
      mask: volatile.get(index) ?? [],
    }));
    let bytes = true;
    for (const name of new Set([...recorded, ...sent].map((one) => one.name))) {
      const expected = recorded.filter((one) => one.name === name);
      const actual = sent.filter((one) => one.name === name);
      const isSame = (i: number): boolean =>
        i < expected.length &&
        i < actual.length &&
        Buffer.compare(expected[i].bytes, maskFields(actual[i].bytes, expected[i].mask)) === 0;
      const at = Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) => i).find((i) => !isSame(i));
      if (at === undefined) continue;
      bytes = false;
      const hex = (frame?: { bytes: Uint8Array }): string =>
        frame ? Buffer.from(frame.bytes).toString('hex') : 'nothing';
      differences.push(
        `${name} frame ${at} of ${expected.length} (got ${actual.length})\n    VPP ${hex(expected.at(at))}\n    got ${hex(actual.at(at))}`,
      );
    }
    let isDropsEqual = true;
    for (let frame = first; frame <= last; frame++) {
      // VPP's trace of it is missing (its buffer was traced for another stream).
      if (verdicts[frame].nodes.length === 0) continue;
      const got = drops.get(frame)?.join('; ') ?? null;
      if (got === verdicts[frame].drop) continue;
      isDropsEqual = false;
      differences.push(`drop of frame ${frame}: VPP ${verdicts[frame].drop ?? 'none'}, got ${got ?? 'none'}`);
    }
    let isCountersEqual = true;
    for (const name of new Set([...Object.keys(counters), ...Object.keys(counted)])) {
      if ((counters[name] ?? 0) === (counted[name] ?? 0)) continue;
      isCountersEqual = false;
      differences.push(`counter ${name}: VPP ${counters[name] ?? 0}, got ${counted[name] ?? 0}`);
    }
    return { burst, first, last, bytes, drops: isDropsEqual, counters: isCountersEqual, differences };
  });
}
