/** Replays a capture of both directions and compares where its frames arrived with the naive twin. Throws where that differs. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScript } from '../../src/config/parse-script.js';
import type { Verdict } from '../../src/outcome/verdicts.js';
import { replay, type ReplayOptions } from '../../src/replay/replay.js';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import { Broken, requireEqual } from '../fuzz/target.js';
import { captureOf, capturedFrames, scriptOf, type BothWays } from './both-ways.js';
import { naivePlacement } from './naive-placement.js';

const SENT = 'sent by the node itself';
const DOWN = 'is down and receives nothing';

/** The summary and the verdicts of a replay with flow cache, and frame by frame. */
export async function checkPlacement(input: BothWays, folder: string): Promise<void> {
  const script = parseScript(scriptOf(input), 'node.vpp');
  const path = join(folder, 'both-ways.cap');
  const run = (given: BothWays, wishes: Partial<ReplayOptions>): Promise<ReplaySummary> => {
    writeFileSync(path, captureOf(given));
    return replay({
      captures: [{ path, interfaceName: input.given }],
      script,
      output: null,
      drops: null,
      verdicts: null,
      workers: 1,
      ...wishes,
    });
  };
  const [verdicts, byFlows, byNodes] = ['verdicts.jsonl', 'by-flows.pcap', 'by-nodes.pcap'].map((name) =>
    join(folder, name),
  );
  const summary = await run(input, { output: byFlows });
  const recorded = await run(input, { output: byNodes, verdicts });
  const { totals, notReplayed } = summary;
  const left = notReplayed.reduce((sum, { count }) => sum + count, 0);
  requireEqual(totals.received + left, capturedFrames(input).length, 'frames accounted for and frames of the capture');
  requireEqual(totals.received > 0 || summary.nothingReplayed !== undefined, true, 'something replayed, or a sentence');
  requireEqual(recorded.notReplayed, notReplayed, 'frames not replayed with verdicts and without');
  requireEqual(recorded.totals, totals, 'totals with verdicts and without');
  if (!readFileSync(byFlows).equals(readFileSync(byNodes))) throw new Broken('verdicts change what leaves');
  if (input.fcs !== 'none') {
    // With what was received, which is most of what there is.
    const output = join(folder, 'both.pcapng');
    await run(input, { output, both: true });
    const received = readFileSync(output);
    const bare = await run({ ...input, fcs: 'none' }, { output, both: true });
    requireEqual(bare.notReplayed, notReplayed, 'frames not replayed without FCS and with one');
    if (!received.equals(readFileSync(output)))
      throw new Broken('a frame check sequence that the file declares is replayed');
  }
  const lines = readFileSync(verdicts, 'utf8').split('\n').slice(0, -1);
  compareArrivals(
    input,
    notReplayed,
    lines.map((line) => JSON.parse(line) as Verdict),
  );
}

function compareArrivals(
  input: BothWays,
  notReplayed: ReplaySummary['notReplayed'],
  verdicts: readonly Verdict[],
): void {
  const expected = naivePlacement(input);
  const found = new Map(verdicts.map(({ number, rx }) => [number, rx]));
  requireEqual(
    expected.map((_, i) => found.get(i + 1) ?? null),
    expected.map((arrival) => (typeof arrival === 'object' ? arrival.on : null)),
    'interfaces of frames and those of the naive placement',
  );
  const count = (matches: (reason: string) => boolean): number =>
    notReplayed.filter(({ reason }) => matches(reason)).reduce((sum, one) => sum + one.count, 0);
  requireEqual(
    [count((reason) => reason.startsWith(SENT)), count((reason) => reason.endsWith(DOWN))],
    (['sent', 'down'] as const).map((kind) => expected.filter((arrival) => arrival === kind).length),
    'frames sent by the node, and those on interfaces that are down, and those of the naive placement',
  );
}
