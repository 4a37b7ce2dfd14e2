/** However many threads help, what comes out is the same; and a thread that dies ends the run. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { openWriter } from '../../src/capture/output/open-writer.js';
import { builtInScript } from '../../src/config/locate.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { familyOf, loadOracleCase, type RecordedFrame } from '../../tools/oracle/oracle-case.js';
import { vlanNode } from '../../bench/big-configurations.js';
import { writeTraffic } from '../../bench/traffic.js';
import { replay, type ReplayOptions } from '../../src/replay/replay.js';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import * as ethernet from '../../src/wire/ethernet.js';
import * as tcp from '../../src/wire/tcp.js';
import { CORPUS, forwardingCases } from '../oracle/floor.js';
import { dualStackNode, ip6Choices, ip6Frame } from '../pipeline/ip6-traffic.js';
import { tcpOf, udpOf } from '../pipeline/packets.js';
import { FrameRecord } from '../../src/capture/frame-record.js';

/** Threads from the second batch on, however small the capture is. */
const AT_ONCE = { fromBytes: 0, afterFills: 1 };
/** So that a capture has several batches of 512 KiB. */
const LARGE_BYTES = 3_000_000;

let folder = '';
const path = (name: string): string => join(folder, name);

interface Outcome {
  readonly files: readonly Buffer[];
  readonly summary: ReplaySummary;
}

/** What is written, in turns. */
const WISHES: readonly Partial<ReplayOptions>[] = [
  { output: 'out.pcap' },
  { output: 'out.pcapng', both: true, verdicts: 'out.jsonl', drops: 'drops.pcapng' },
  { output: 'out.pcap', verdicts: 'out.jsonl', coverage: true },
  { output: 'out.pcapng' },
  { output: null, verdicts: 'out.jsonl' },
];
let turn = 0;

async function outcomeOf(
  options: Partial<ReplayOptions>,
  captures: readonly string[],
  config: string,
): Promise<Outcome> {
  const { output = 'out.pcap', verdicts = null, drops = null } = options;
  const summary = await replay({
    captures: captures.map((capture) => ({ path: path(capture), interfaceName: null })),
    script: parseScriptFile(config),
    threads: AT_ONCE,
    ...options,
    output: output && path(output),
    verdicts: verdicts && path(verdicts),
    drops: drops && path(drops),
  });
  const files = [output, verdicts, drops].filter((name) => name !== null);
  return { files: files.map((name) => readFileSync(path(name))), summary };
}

async function expectSameForAll(captures: readonly string[], config: string, counts: readonly number[]): Promise<void> {
  const wishes = WISHES[turn++ % WISHES.length];
  const alone = await outcomeOf({ ...wishes, workers: 1 }, captures, config);
  for (const workers of counts) {
    const together = await outcomeOf({ ...wishes, workers }, captures, config);
    const what = `${workers} workers, ${JSON.stringify(wishes)}`;
    expect(together.summary, what).to.deep.equal(alone.summary);
    expect(
      together.files.every((bytes, i) => bytes.equals(alone.files[i])),
      what,
    ).to.equal(true);
  }
}

/** Writes the frames over and over, time going on, until the capture is large. */
async function writeLarge(name: string, frames: readonly RecordedFrame[], bytes = LARGE_BYTES): Promise<void> {
  const names = [...new Set(frames.map(({ interfaceName }) => interfaceName))];
  const interfaces = names.map((each) => ({ name: each, linkType: LINKTYPE_ETHERNET }));
  const writer = openWriter(path(name), { interfaces, timestampDigits: 6 });
  const start = frames[0].seconds;
  const lasts = frames[frames.length - 1].seconds - start + 1;
  let written = 0;
  for (let round = 0; written < bytes; round++)
    for (const { bytes: frame, originalLength, seconds, nanoseconds, interfaceName } of frames) {
      const interfaceIndex = names.indexOf(interfaceName);
      const time = seconds + round * lasts;
      writer.write(FrameRecord.of(frame, { originalLength, seconds: time, nanoseconds, interfaceIndex }));
      written += frame.length;
    }
  await writer.close();
}

/** Frames that the built-in node places by their destination MAC. */
const frameOf = (from: number, flow: number, kind: number, size: number): RecordedFrame => {
  const pods = ['10.1.1.3', '10.1.1.12', '10.1.1.9'];
  const macs = [0x163f5f0f, 0x1bcc43a9, 0x1bcc43a8];
  const source = pods[from];
  const destination = ['31.134.97.51', '93.184.216.34', '10.1.1.9', '10.20.0.2', '10.104.221.85'][flow % 5];
  const flags = [tcp.ACK, tcp.ACK, tcp.ACK, tcp.SYN, tcp.FIN | tcp.ACK, tcp.RST][kind % 6];
  const ttl = kind === 7 ? 1 : 64;
  const bytes =
    kind % 5 === 4
      ? udpOf({ source, destination, protocol: 17, ttl }, 5000 + flow, 53, new Uint8Array(size), true)
      : tcpOf({ source, destination, protocol: 6, ttl }, 40000 + flow, 80, flags);
  ethernet.setDestination(new DataView(bytes.buffer, bytes.byteOffset), 0, 0x02fe, macs[from]);
  return { interfaceName: '', bytes, originalLength: bytes.length, seconds: 1, nanoseconds: 0 };
};

describe('workers', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-workers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('make no difference to random traffic through the built-in node', async function () {
    this.timeout(120_000);
    const frames = fc.array(
      fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 40 }), fc.nat({ max: 9 }), fc.nat({ max: 1400 })),
      { minLength: 20, maxLength: 300 },
    );
    await fc.assert(
      fc.asyncProperty(frames, fc.constantFrom('in.pcap', 'in.pcapng'), async (given, name) => {
        await writeLarge(
          name,
          given.map(([from, flow, kind, size]) => frameOf(from, flow, kind, size)),
        );
        await expectSameForAll([name], builtInScript(), [2, 4]);
      }),
      { numRuns: 10, seed: 7 },
    );
  });

  for (const release of ['19.08', '26.06'])
    it(`make no difference to random traffic of IPv6, ${release}`, async function () {
      this.timeout(120_000);
      writeFileSync(path('node.vpp'), dualStackNode(release));
      await fc.assert(
        fc.asyncProperty(ip6Choices, async (choices) => {
          const frames = choices.map(ip6Frame).map(({ tap, bytes }) => ({
            ...frameOf(0, 0, 0, 0),
            interfaceName: `tap${tap}`,
            bytes,
            originalLength: bytes.length,
          }));
          await writeLarge('in.pcapng', frames);
          await expectSameForAll(['in.pcapng'], path('node.vpp'), [2, 3, 4]);
        }),
        { numRuns: 2, seed: 8 },
      );
    });

  for (const [name, vlanId, leavesTagged] of [
    ['lose their tag', 100, false],
    ['change their tag', 100, true],
    ['get a tag', undefined, true],
  ] as const)
    it(`make no difference to frames that ${name}, nor does the flow cache`, async () => {
      writeFileSync(path('node.vpp'), vlanNode(leavesTagged).join('\n'));
      const tag = vlanId === undefined ? {} : { vlanId };
      writeTraffic(path('in.pcap'), { frames: 30_000, flows: 400, frameBytes: 60, ...tag });
      await expectSameForAll(['in.pcap'], path('node.vpp'), [2, 3, 4]);
      const byFlows = await outcomeOf({ workers: 1 }, ['in.pcap'], path('node.vpp'));
      const byNodes = await outcomeOf({ workers: 1, flowCache: false }, ['in.pcap'], path('node.vpp'));
      expect(byFlows.files[0].equals(byNodes.files[0])).to.equal(true);
      expect(byFlows.summary).to.deep.equal(byNodes.summary);
      expect(byFlows.files[0].length).to.equal(24 + 30_000 * (16 + 60 + (leavesTagged ? 4 : 0) - (vlanId ? 4 : 0)));
    });

  it('make no difference to several captures that are merged', async () => {
    const frames = Array.from({ length: 200 }, (_, i) => frameOf(i % 3, i % 17, i % 10, i * 3));
    await writeLarge('a.pcap', frames);
    await writeLarge('b.pcapng', frames.toReversed());
    await expectSameForAll(['a.pcap', 'b.pcapng'], builtInScript(), [2]);
  });

  it('take frames that need a chunk of their own', async () => {
    const frames = Array.from({ length: 200 }, (_, i) => frameOf(i % 3, i % 17, 0, 0));
    const giant = frameOf(0, 1, 4, 600_000);
    await writeLarge('in.pcap', [...frames, giant, ...frames]);
    await expectSameForAll(['in.pcap'], builtInScript(), [2, 3]);
  });

  for (const { name, words, source } of [
    { name: 'throws', words: 'out of cheese', source: `throw new Error('out of cheese');` },
    { name: 'ends', words: 'exit code 3', source: `process.exit(3);` },
    {
      name: 'dies with a batch in its hands',
      words: 'out of cheese',
      source: `
        import { workerData } from 'node:worker_threads';
        import { MATCHING, READ, SharedBatch } from '${new URL('../../src/workers/shared-batch.js', import.meta.url).href}';
        const batches = workerData.batches.map((memory) => new SharedBatch(memory));
        while (!batches.some((batch) => batch.claim(READ, MATCHING)));
        throw new Error('out of cheese');`,
    },
  ])
    it(`end the run where one of them ${name}, and leave no output`, async function () {
      this.retries(4); // on a busy machine all may be done before the thread has started
      await writeLarge('in.pcap', [frameOf(0, 1, 0, 0)], 60_000_000);
      writeFileSync(path('thread.mjs'), source);
      const threads = { ...AT_ONCE, module: pathToFileURL(path('thread.mjs')) };
      const failure = await outcomeOf({ workers: 2, threads }, ['in.pcap'], builtInScript()).then(
        () => 'none',
        (error: unknown) => String(error),
      );
      expect(failure).to.equal(`WorkerError: a worker thread ended: ${words}; --workers 1 does without`);
      expect(readdirSync(folder).sort()).to.deep.equal(['in.pcap', 'thread.mjs']);
    });

  const isPresent = existsSync(CORPUS);
  describe(`on the recordings' frames, over and over${isPresent ? '' : ` (skipped: no corpus at ${CORPUS})`}`, () => {
    const families = new Set<string>();
    const newer = forwardingCases('26.06').filter(({ name }) => /^[JKL]/.test(name));
    for (const { folder: corpus, name } of isPresent ? [...forwardingCases('19.08'), ...newer] : []) {
      const isFirst = !families.has(familyOf(name));
      families.add(familyOf(name));
      it(name, async function () {
        this.timeout(120_000);
        const { configPath, input } = await loadOracleCase(corpus, name);
        await writeLarge('in.pcapng', input, isFirst ? LARGE_BYTES : LARGE_BYTES / 2);
        await expectSameForAll(['in.pcapng'], configPath, isFirst ? [2, 3] : [2]);
      });
    }
  });
});
