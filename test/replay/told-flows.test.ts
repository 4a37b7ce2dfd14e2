/** What is told about frames that follow flows is what is told of frames that visit every node: all outputs, byte for byte. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { builtInScript } from '../../src/config/locate.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { FrameRecord } from '../../src/capture/frame-record.js';
import { openWriter } from '../../src/capture/output/open-writer.js';
import { replay } from '../../src/replay/replay.js';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import { writeTraffic } from '../../bench/traffic.js';
import { loadOracleCase, type RecordedFrame } from '../../tools/oracle/oracle-case.js';
import { forwardingCases } from '../oracle/floor.js';
import { dualStackNode, ip6Choices, ip6Frame } from '../pipeline/ip6-traffic.js';

/** Outputs of one replay: the names of the files of each. */
const WISHES = [
  { output: 'both.pcapng', drops: 'drops.pcapng', verdicts: 'verdicts.jsonl', both: true, coverage: true },
  { output: 'paths.pcapng', drops: null, verdicts: null, commentPaths: true },
  { output: 'plain.pcap', drops: null, verdicts: 'verdicts.jsonl' },
] as const;

const RELEASES = ['19.08', '26.06'];

describe('replay/told-flows', () => {
  let folder = '';
  const inFolder = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-told-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const outcome = async (
    captures: readonly string[],
    script: string,
    wishes: (typeof WISHES)[number],
    flowCache: boolean,
  ): Promise<{ summary: ReplaySummary; files: Record<string, string> }> => {
    const { output, drops, verdicts } = wishes;
    const summary = await replay({
      ...wishes,
      captures: captures.map((name) => ({ path: inFolder(name), interfaceName: null })),
      script: parseScriptFile(script),
      output: inFolder(output),
      drops: drops && inFolder(drops),
      verdicts: verdicts && inFolder(verdicts),
      flowCache,
    });
    const written = [output, drops, verdicts].filter((name) => name !== null);
    const files = Object.fromEntries(written.map((name) => [name, readFileSync(inFolder(name), 'latin1')]));
    return { summary, files };
  };

  const expectSame = async (captures: readonly string[], script: string): Promise<void> => {
    for (const wishes of WISHES) {
      const byNodes = await outcome(captures, script, wishes, false);
      const byFlows = await outcome(captures, script, wishes, true);
      for (const [name, bytes] of Object.entries(byNodes.files))
        expect(byFlows.files[name] === bytes, name).to.equal(true);
      // The plain summary looks at so many arrivals only.
      expect({ ...byFlows.summary, arrivals: null }).to.deep.equal({ ...byNodes.summary, arrivals: null });
    }
  };

  it('where sessions take the place of others', async () => {
    writeTraffic(inFolder('pods.pcap'), { frames: 6000, flows: 900, frameBytes: 60 });
    // Of 50 flows of a pod at most 20 have sessions; the ACL plugin has room for half of all.
    const limits = [
      '# startup: nat { max translations per user 20 }',
      '# startup: acl-plugin { connection count max 450 }',
    ];
    writeFileSync(inFolder('node.vpp'), [...limits, readFileSync(builtInScript(), 'utf8')].join('\n'));
    await expectSame(['pods.pcap'], inFolder('node.vpp'));
  });

  for (const [i, choices] of fc.sample(ip6Choices, { numRuns: 2, seed: 9 }).entries())
    it(`in seeded traffic of IPv6, ${RELEASES[i]}`, async () => {
      const frames = choices.map(ip6Frame).map(({ tap, bytes }, at) => ({
        interfaceName: `tap${tap}`,
        bytes,
        originalLength: bytes.length,
        seconds: 1,
        nanoseconds: at * 1000,
      }));
      await writeRepeated(inFolder('ip6.pcapng'), frames);
      writeFileSync(inFolder('node.vpp'), dualStackNode(RELEASES[i]));
      await expectSame(['ip6.pcapng'], inFolder('node.vpp'));
    });

  for (const release of RELEASES) {
    const cases = forwardingCases(release).filter(({ folder: corpus, name }) =>
      existsSync(join(corpus, name, 'config.vpp')),
    );
    for (const { folder: corpus, name } of cases)
      it(`on the frames of ${name} of ${release}, in two captures, again and again`, async function () {
        this.timeout(60_000);
        const { configPath, input } = await loadOracleCase(corpus, name);
        const half = Math.ceil(input.length / 2);
        await writeRepeated(inFolder('first.pcapng'), input.slice(0, half));
        await writeRepeated(inFolder('second.pcapng'), input.slice(half));
        await expectSame(['first.pcapng', 'second.pcapng'], configPath);
      });
  }
});

/** The frames four times, with pauses that let some sessions time out and others not. */
async function writeRepeated(path: string, frames: readonly RecordedFrame[]): Promise<void> {
  const names = [...new Set(frames.map(({ interfaceName }) => interfaceName))];
  const interfaces = names.map((name) => ({ name, linkType: LINKTYPE_ETHERNET }));
  const writer = openWriter(path, { interfaces, timestampDigits: 9 });
  let start = 0;
  for (const pause of [0, 1, 70, 2]) {
    start += pause;
    for (const { bytes, originalLength, seconds, nanoseconds, interfaceName } of frames) {
      const interfaceIndex = names.indexOf(interfaceName);
      writer.write(FrameRecord.of(bytes, { originalLength, seconds: seconds + start, nanoseconds, interfaceIndex }));
    }
    start += (frames.at(-1)?.seconds ?? 0) - frames[0].seconds;
  }
  await writer.close();
}
