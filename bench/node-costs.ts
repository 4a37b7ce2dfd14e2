/**
 * What each node costs: frames of established flows go node by node through the Contiv node while V8's sampling profiler looks;
 * samples are summed up by source file, which is a node each, or what nodes share.
 */

import { Session, type Profiler } from 'node:inspector';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HEADROOM_BYTES, TAILROOM_BYTES } from '../src/capture/frame-batch.js';
import { runnerOf, type Way } from './node-of-the-guide.js';
import { batchesOf } from './traffic.js';

const TRAFFIC = { frames: 100_000, flows: 10_000, frameBytes: 60 };
const WARM_ROUNDS = 5;
const ROUNDS = 10;
const SAMPLE_MICROSECONDS = 100;
/** Cheaper ones are summed up. */
const SHOWN_NANOSECONDS = 3;

/** Prints nanoseconds per frame by source file, node by node and with the flow cache. */
export function printNodeCosts(): void {
  for (const way of ['node by node', 'flow cache'] as const) {
    const costs = costsOf(way);
    const total = costs.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);
    console.log(`${way}: ${total.toFixed(0)} ns per frame, of which`);
    const shown = costs.filter(({ nanoseconds }) => nanoseconds >= SHOWN_NANOSECONDS);
    for (const { file, nanoseconds } of shown) console.log(`${nanoseconds.toFixed(0).padStart(7)}  ${file}`);
    const rest = costs.filter(({ nanoseconds }) => nanoseconds < SHOWN_NANOSECONDS);
    console.log(
      `${rest
        .reduce((sum, { nanoseconds }) => sum + nanoseconds, 0)
        .toFixed(0)
        .padStart(7)}  others\n`,
    );
  }
}

interface Cost {
  readonly file: string;
  readonly nanoseconds: number;
}

function costsOf(way: Way): Cost[] {
  const run = runnerOf(way);
  const round = (firstFrame: number): void => {
    const batches = batchesOf(TRAFFIC, HEADROOM_BYTES, TAILROOM_BYTES, firstFrame);
    for (const batch of batches) run(batch);
  };
  for (let i = 0; i < WARM_ROUNDS; i++) round(0);
  const profile = profileOf(() => {
    for (let i = 0; i < ROUNDS; i++) round(TRAFFIC.flows); // no flow's first packet is among them
  });
  return sumByFile(profile).map(({ file, microseconds }) => ({
    file,
    nanoseconds: (microseconds * 1000) / (ROUNDS * TRAFFIC.frames),
  }));
}

function profileOf(work: () => void): Profiler.Profile {
  const session = new Session();
  session.connect();
  let profile: Profiler.Profile | undefined;
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
  session.post('Profiler.start');
  work();
  session.post('Profiler.stop', (_, result) => (profile = result.profile));
  session.disconnect();
  if (!profile) throw new Error('the profiler gave no profile');
  return profile;
}

/** Time by source file, most first; the making of traffic left out. */
function sumByFile({
  nodes,
  samples = [],
  timeDeltas = [],
}: Profiler.Profile): { file: string; microseconds: number }[] {
  const fileOf = new Map(nodes.map(({ id, callFrame: { url } }) => [id, url === '' ? '(engine)' : url]));
  const sums = new Map<string, number>();
  samples.forEach((id, i) => {
    const url = fileOf.get(id) ?? '';
    if (!url.includes('/src/')) return;
    const file = shortName(url);
    sums.set(file, (sums.get(file) ?? 0) + timeDeltas[i]);
  });
  return [...sums]
    .map(([file, microseconds]) => ({ file, microseconds }))
    .sort((a, b) => b.microseconds - a.microseconds);
}

function shortName(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.slice(path.lastIndexOf('/src/') + '/src/'.length).replace(basename(path), basename(path, '.js'));
}
