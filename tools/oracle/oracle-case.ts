/** A case of the golden corpus: a recording of the real VPP, as its README describes the files. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBatches } from '../../src/capture/input/open-batches.js';
import type { StateText } from '../../src/config/node-script.js';
import { readStateFile } from '../../src/config/state/load-state.js';
import { isVolatileField } from '../../src/regression/compare/volatile-fields.js';

/** One frame of a capture, copied out. */
export interface RecordedFrame {
  readonly interfaceName: string;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** A line of packets.jsonl. */
export interface RecordedVerdict {
  readonly frame: number;
  readonly rx: string;
  readonly nodes: readonly string[];
  readonly drop: string | null;
  readonly out: readonly number[];
  readonly counters: Readonly<Record<string, number>>;
}

/** A field of an output frame that VPP chose at random. */
export interface VolatileField {
  readonly frame: number;
  readonly out: number;
  readonly field: string;
}

export interface OracleCase {
  readonly name: string;
  readonly configPath: string;
  readonly description: string;
  readonly input: readonly RecordedFrame[];
  readonly output: readonly RecordedFrame[];
  readonly verdicts: readonly RecordedVerdict[];
  /** Volatile fields by index in `output`. */
  readonly volatile: ReadonlyMap<number, readonly string[]>;
  /** Answers of show commands just before the first frame; none where the process was fresh. */
  readonly state: readonly StateText[];
  /** Commands that were given while frames ran. */
  readonly changes: { readonly file: string; readonly text: string } | null;
}

/** The family a case belongs to: the letter before the dash. */
export const familyOf = (caseName: string): string => caseName.slice(0, caseName.indexOf('-'));

export async function loadOracleCase(folder: string, name: string): Promise<OracleCase> {
  const at = (file: string): string => join(folder, name, file);
  const origin = JSON.parse(readFileSync(at('origin.json'), 'utf8')) as {
    description: string;
    volatile: VolatileField[];
  };
  const fields = new Map<number, string[]>();
  for (const { out, field: recordedName } of origin.volatile) {
    const field = recordedName.replace(/\bip\./, 'ip4.');
    if (!isVolatileField(field))
      throw new Error(`${name}: origin.json names an unknown volatile field "${recordedName}"`);
    fields.set(out, [...(fields.get(out) ?? []), field]);
  }
  const verdicts = readFileSync(at('packets.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedVerdict);
  return {
    name,
    configPath: at('config.vpp'),
    description: origin.description,
    input: await readFrames(at('in.pcapng')),
    output: await readFrames(at('out.pcapng')),
    verdicts,
    volatile: fields,
    state: existsSync(at('state.txt')) ? [readStateFile(at('state.txt'))] : [],
    changes: existsSync(at('changes.vpp'))
      ? { file: at('changes.vpp'), text: readFileSync(at('changes.vpp'), 'utf8') }
      : null,
  };
}

async function readFrames(path: string): Promise<RecordedFrame[]> {
  const reader = await openBatches(path);
  const frames: RecordedFrame[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      frames.push({
        interfaceName: reader.interfaces[batch.interfaceIndex[i]].name ?? '',
        bytes: batch.bytes.slice(batch.offset[i], batch.offset[i] + batch.capturedLength[i]),
        originalLength: batch.originalLength[i],
        seconds: batch.seconds[i],
        nanoseconds: batch.nanoseconds[i],
      });
    }
  }
  await reader.close();
  return frames;
}
