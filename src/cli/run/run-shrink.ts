/** Shrinks captures as the command line asks for it. */

import { join } from 'node:path';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { withCaptures } from '../../capture/input/open-batches.js';
import { frameNamer } from '../../capture/input-frames.js';
import { OutputFile } from '../../capture/output/output-file.js';
import { UsageError } from '../../capture/user-error.js';
import { tablesWithAllInterfaces } from '../../config/changes.js';
import type { NodeScript } from '../../config/node-script.js';
import { readTextFile } from '../../config/script-text.js';
import { packetWords } from '../../explain/packet-words.js';
import { parseChosenFrames } from '../../filter/chosen-frames.js';
import { counted } from '../../pipeline/command/suggest.js';
import { replay } from '../../replay/replay.js';
import { pathConflict } from '../../replay/separate-paths.js';
import { byFrame, changesText } from '../../shrink/changes-among.js';
import { fewest } from '../../shrink/fewest.js';
import { holdFrames, type HeldFrame, type HeldInput } from '../../shrink/held-captures.js';
import { parseKeep, type Keep } from '../../shrink/keep.js';
import { diffProbe, nodeProbe, type Probe } from '../../shrink/probe.js';
import { Shrinker, type Shrunk } from '../../shrink/shrink.js';
import { shrinkScripts } from '../../shrink/shrink-scripts.js';
import { dropSign, fateSign } from '../../shrink/signs.js';
import { writeFrames } from '../../shrink/write-frames.js';
import type { ShrinkArguments } from '../commands/shrink.js';
import { parseCaptureArgument, type CaptureArgument } from '../common/argument-values.js';
import { readScript } from '../common/read-script.js';
import { readTwoScripts } from '../common/read-two-scripts.js';
import { cleanUpOnSignals, makeScratchFolder, removeScratchFolder } from '../interrupt.js';
import { complain, print } from '../print.js';
import { shrinkProgress } from '../progress.js';
import { VERSION_TEXT } from '../version.js';

const FRAMES_SHOWN = 20;

/** A script that is written beside the frames. */
interface OutputText {
  readonly path: string;
  readonly text: string;
}

/** Returns the exit code. Rejects with CaptureError, ConfigError, OutputError or UsageError. */
export async function shrinkFiles(given: ShrinkArguments): Promise<number> {
  const keep = parseKeep(given.keep);
  const captures = given.capture.map(parseCaptureArgument);
  const scripts = scriptsOf(keep, given);
  requireUsable(captures, scripts, given);
  const wanted = keep.what === 'expect' ? await frameOfExpect(captures, scripts[0], given) : null;
  const held = await hold(captures);
  const framed = (script: NodeScript): NodeScript =>
    script.changes ? { ...script, changes: byFrame(script.changes, held.frames) } : script;
  const place = keep.what === 'frame' ? chosenFrame(keep.of ?? '', held) : wanted === null ? null : held.frames[wanted];
  const progress = shrinkProgress(!given.quiet);
  const shrinker = new Shrinker(held.captures, progress.watch);
  const probe = (read: readonly NodeScript[]): Probe => probeOf(keep, read.map(framed), given.fixChecksums);
  let found: Shrunk | null;
  let texts: readonly OutputText[] = [];
  try {
    found = await shrinker.shrink(held.frames, probe(scripts), place);
    if (found === null)
      throw new UsageError(`--keep '${given.keep}': no frame of ${given.capture.join(', ')} shows that`);
    const { frames, sign } = found;
    const { changes: all = [] } = framed(scripts[0]);
    const withChanges = (script: NodeScript, changes = all): NodeScript => ({ ...script, changes });
    const changes = await fewest(all, (some) => shrinker.shows(probe([withChanges(scripts[0], some)]), frames, sign));
    if (given.configToo) {
      const ofText = (some: readonly string[]): NodeScript[] =>
        scriptsOf(keep, { ...given, changes: undefined }, some).map((one) => withChanges(one, changes));
      const short = await shrinkScripts(
        scripts.map(({ file }) => readTextFile(file)),
        (some) => shrinker.shows(probe(ofText(some)), frames, sign),
        progress.watchConfig,
      );
      texts = scriptPaths(given.output, scripts.length).map((path, i) => ({ path, text: short[i] }));
    }
    if (changes.length > 0)
      texts = [...texts, { path: changesPath(given.output), text: changesText(changes, frames, linesOf) }];
  } finally {
    progress.stop();
  }
  cleanUpOnSignals();
  await write(given.output, held, found.frames, texts);
  if (!given.quiet) for (const line of shrunkLines(given, held, found, texts)) print(line);
  return EXIT_SUCCESS;
}

const linesOf = (file: string): string[] => readTextFile(file).split(/\r\n|\n|\r/);

const hold = (captures: readonly CaptureArgument[]): Promise<HeldInput> =>
  withCaptures(
    captures.map(({ path }) => path),
    async (readers) => {
      const held = await holdFrames(
        readers,
        captures.map(({ interfaceName }) => interfaceName),
      );
      for (const { damage } of readers) if (damage) complain(`vppcap: ${damage.message}`);
      return held;
    },
  );

/**
 * One script, or two. Throws UsageError and ConfigError.
 * @param texts what is read instead of the scripts' files
 */
function scriptsOf({ what }: Keep, given: ShrinkArguments, texts: readonly string[] = []): readonly NodeScript[] {
  const { config, release, expect, changes } = given;
  if ((expect !== undefined) !== (what === 'expect'))
    throw new UsageError('--expect and --keep expect go with each other: one is there without the other');
  if (what === 'diff' && changes !== undefined)
    throw new UsageError('--changes is for one node: take it with --keep drop, frame or expect');
  if (what === 'diff') return readTwoScripts(given, texts);
  for (const [name, values] of Object.entries({ config, release }))
    if (values !== undefined && values.length > 1)
      throw new UsageError(`--${name} is given ${String(values.length)} times: only --keep diff has two nodes`);
  return [
    readScript(
      { ...given, config: config?.[0], release: release?.[0], showsUnmodelled: texts.length > 0 },
      texts.at(0),
    ),
  ];
}

/** Throws UsageError and ConfigError. */
function requireUsable(
  captures: readonly CaptureArgument[],
  scripts: readonly NodeScript[],
  { output, configToo, changes }: ShrinkArguments,
): void {
  if (output === '-') throw new UsageError('--output -: name a file or a folder/');
  for (const script of scripts) {
    const { interfaces } = tablesWithAllInterfaces(script);
    for (const { interfaceName, path } of captures)
      if (interfaceName !== null && !interfaces.byName(interfaceName))
        throw new UsageError(`${interfaceName}=${path}: ${script.file} has no interface ${interfaceName}`);
  }
  const given = changes === undefined ? [] : [changes];
  const inputs = [...captures.map(({ path }) => path), ...scripts.map(({ file }) => file), ...given];
  const written = [
    ...(configToo ? scriptPaths(output, scripts.length) : []),
    ...(changes === undefined ? [] : [changesPath(output)]),
  ];
  for (const path of [output, ...written]) {
    const used = inputs.map((one) => ({ path: one, use: 'an input' }));
    const conflict = pathConflict(used, { output: path, drops: null, verdicts: null, trace: null }, []);
    if (conflict !== null) throw new UsageError(conflict);
  }
}

const beside = (output: string, ending: string): string => `${output.replace(/\/+$|\.\w+$/, '')}${ending}.vpp`;
const changesPath = (output: string): string => beside(output, '.changes');
/** Beside the output: small.vpp, or small.before.vpp and small.after.vpp. */
const scriptPaths = (output: string, count: number): string[] =>
  (count === 1 ? [''] : ['.before', '.after']).map((side) => beside(output, side));

function probeOf({ what, of }: Keep, scripts: readonly NodeScript[], fixChecksums: boolean): Probe {
  if (what === 'diff') return diffProbe(scripts[0], scripts[1], of);
  return nodeProbe(scripts[0], (side) => (what === 'drop' ? dropSign(side, of) : fateSign(side)), fixChecksums);
}

/** Throws UsageError. */
function chosenFrame(text: string, { captures, frames }: HeldInput): HeldFrame {
  const [[number, , of]] = parseChosenFrames(
    text,
    captures.map(({ name }) => name),
  );
  const inCaptures = of?.captures ?? null;
  const found =
    inCaptures === null
      ? frames.at(number - 1)
      : frames.find((one) => one.number === number && inCaptures.includes(one.capture));
  if (found === undefined) throw new UsageError(`--keep 'frame ${text}': there is no such frame`);
  return found;
}

/** The frame, by index in the merged input, of the first difference. Rejects with UsageError where there is none. */
async function frameOfExpect(
  captures: readonly CaptureArgument[],
  script: NodeScript,
  { expect = '', fixChecksums }: ShrinkArguments,
): Promise<number> {
  if (captures.some(({ path }) => path === '-'))
    throw new UsageError('--keep expect reads captures twice, and standard input (-) can be read only once');
  const [{ ReplayJudge }, { firstDifference }] = await Promise.all([
    import('./verify-replay.js'),
    import('../../shrink/failed-case.js'),
  ]);
  const letGo = cleanUpOnSignals();
  const folder = makeScratchFolder();
  try {
    const output = join(folder, 'out.pcapng');
    const options = { captures, script, output, drops: null, verdicts: null, fixChecksums };
    const judge = new ReplayJudge(output, expect, options, { rules: [], interfacePairs: [] });
    const { report } = await judge.compare(await replay(options));
    const first = await firstDifference(report, options);
    if (first === null)
      throw new UsageError(
        report.isMatch
          ? `--keep expect: nothing differs from ${expect}`
          : '--keep expect: what differs is of no single frame, or in ports that NAT44 draws',
      );
    return first.frame;
  } finally {
    removeScratchFolder(folder);
    // Where nothing is half-written signals end the process at once; frames are tried without a turn of the event loop.
    letGo();
  }
}

/** Rejects with OutputError and UsageError. */
async function write(
  output: string,
  { captures }: HeldInput,
  frames: readonly HeldFrame[],
  texts: readonly OutputText[],
): Promise<void> {
  await writeFrames(output, captures, frames, VERSION_TEXT);
  for (const { path, text } of texts) {
    const file = OutputFile.open(path);
    file.writeText(text);
    await file.close();
  }
}

function shrunkLines(
  { keep, output, expect = '' }: ShrinkArguments,
  held: HeldInput,
  { frames }: Shrunk,
  texts: readonly OutputText[],
): string[] {
  const { captures } = held;
  const nameOf = frameNamer(captures.map(({ name }) => name));
  const does = frames.length === 1 ? 'shows' : 'show';
  return [
    `${output}: ${counted(frames.length, 'frame')} of ${String(held.frames.length)} still ${does} ${parseKeep(keep).what === 'expect' ? `the first difference to ${expect}` : keep}`,
    ...frames.slice(0, FRAMES_SHOWN).map(({ bytes, originalLength, capture, number, interfaceIndex }) => {
      const { name, interfaces } = captures[capture];
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const { linkType } = interfaces[interfaceIndex];
      return `  ${nameOf(name, number)}: ${packetWords(view, 0, bytes.length, originalLength, linkType)}`;
    }),
    ...(frames.length > FRAMES_SHOWN ? [`  and ${String(frames.length - FRAMES_SHOWN)} more`] : []),
    ...texts.map(({ path, text }) => `${path}: ${counted(text.split('\n').length - 1, 'line')}`),
  ];
}
