/** `vppcap test --shrink`: a failing case with the fewest frames for which the first of its differences is still there. */

import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { caseYamlText } from '../regression/case/case-yaml.js';
import { BUILT_IN, CASE_FILE } from '../regression/case/case.js';
import { makeCaseFolder } from '../regression/case/case-folder.js';
import type { CaseYaml } from '../regression/case/case-schema.js';
import { writeExpected } from '../regression/draft/expectation.js';
import { replayCase } from '../regression/replay-case.js';
import { firstFailure, type FailedCase } from './failed-case.js';
import { holdFiles } from './held-captures.js';
import { nodeProbe } from './probe.js';
import { Shrinker } from './shrink.js';
import { fateSign } from './signs.js';
import { keptDrops, keptFrames, keptPackets, keptPaths } from './small-expectation.js';
import { writeFrames } from './write-frames.js';

const CONFIG_FILE = 'node.vpp';

/**
 * Makes the folder of the small case. Returns how many frames it has, of how many; or why there is none, in half a sentence. Rejects with
 * CaseFileError where the folder is there, and with OutputError.
 * @param application name and version of the program
 */
export async function shrinkCase(
  failed: FailedCase,
  folder: string,
  application: string,
): Promise<{ readonly frames: number; readonly of: number } | string> {
  const { regressionCase, replay } = failed;
  const { captures, description, configFile, stateFiles } = regressionCase;
  if (description.changes !== undefined) return 'it has changes between frames, which are numbered';
  const failure = await firstFailure(failed);
  if (failure === null) return 'what differs is of no single frame, or in ports that NAT44 draws';
  const held = await holdFiles(captures);
  const probe = nodeProbe(replay.script, fateSign, description.fixChecksums);
  const found = await new Shrinker(held.captures).shrink(held.frames, probe, held.frames[failure.frame]);
  if (found === null) return 'its frame cannot be run by itself';
  const { frames } = found;
  const inputs = captures
    .map(({ interfaceName }, k) => ({
      file: captures.length === 1 ? 'in.pcapng' : `in-${String(k + 1)}.pcapng`,
      interfaceName,
      frames: frames.filter(({ capture }) => capture === k),
    }))
    .filter(({ frames: own }) => own.length > 0);
  const states = stateFiles.map((_, i) => `state-${String(i + 1)}.txt`);
  await makeCaseFolder(folder, async (at) => {
    for (const { file, frames: own } of inputs) await writeFrames(at(file), held.captures, own, application);
    const config = configFile === null ? null : at(CONFIG_FILE);
    if (configFile !== null && config !== null) copyFileSync(configFile, config);
    for (const [i, file] of stateFiles.entries()) copyFileSync(file, at(states[i]));
    const now = await replayCase(
      {
        ...regressionCase,
        folder,
        configFile: config,
        stateFiles: states.map((name) => join(folder, name)),
        captures: inputs.map(({ file, interfaceName }) => ({ file: join(folder, file), interfaceName })),
        expected: [],
      },
      false,
    );
    const indices = frames.map(({ capture, number }) =>
      held.frames.findIndex((one) => one.capture === capture && one.number === number),
    );
    const kept = keptFrames(indices, failed, now);
    const expected = await keptPackets(failed, failure.difference, kept, now);
    for (const { name, packets } of expected) await writeExpected(at(name), packets);
    const yaml: CaseYaml = {
      ...description,
      notes: [
        ...description.notes,
        `Made by vppcap test --shrink of ${failed.name}: ${String(frames.length)} of ${String(held.frames.length)} frames.`,
      ],
      config: config === null ? BUILT_IN : CONFIG_FILE,
      state: states,
      captures: inputs.map(({ file, interfaceName }) => entryOf(file, interfaceName)),
      expect: {
        captures: expected.map(({ name, interfaceName }) => entryOf(name, interfaceName)),
        drops: keptDrops(failed, kept),
        paths: keptPaths(failed, kept),
      },
      compare: { ...description.compare, natPorts: 'bind' },
    };
    writeFileSync(at(CASE_FILE), caseYamlText(yaml, []));
  });
  return { frames: frames.length, of: held.frames.length };
}

const entryOf = (file: string, interfaceName: string | null): { file: string; interface?: string } => ({
  file,
  ...(interfaceName === null ? {} : { interface: interfaceName }),
});
