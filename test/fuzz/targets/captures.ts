/** Captures: pcap, pcapng and gzip, through the reader, the built-in node and the writers. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openBatches } from '../../../src/capture/input/open-batches.js';
import { openWriter } from '../../../src/capture/output/open-writer.js';
import { builtInScript } from '../../../src/config/locate.js';
import { parseScriptFile } from '../../../src/config/parse-script.js';
import { replay, type ReplayOptions } from '../../../src/replay/replay.js';
import type { ReplaySummary } from '../../../src/replay/replay-summary.js';
import * as made from '../../capture/capture-bytes.js';
import { tcpOf } from '../../pipeline/packets.js';
import { mutateCapture, partsOf } from '../capture-mutations.js';
import { readRows, rowText, type CaptureRow, type CaptureRows } from '../capture-rows.js';
import { checkDraftedCase } from '../drafted-case.js';
import { checkEveryOutput } from '../every-output.js';
import { hashOf, Random } from '../random.js';
import { EXPECTATIONS, filesIn, PCAPS, scratchFolder } from '../seed-files.js';
import { Broken, requireComplaint, requireEqual, type FuzzTarget } from '../target.js';
import { checkThreads } from '../threads.js';
import { requireAccounts } from './frames.js';
import { FrameRecord } from '../../../src/capture/frame-record.js';

/** One input in so many is replayed with threads too, which takes longest. */
const THREADS_ONE_IN = 40;
/** One in so many becomes a case. */
const CASES_ONE_IN = 4;

const script = parseScriptFile(builtInScript());
let folder = '';

export const captures: FuzzTarget = {
  name: 'captures',
  extension: '.pcap',
  share: 10,
  seeds: () => {
    const files = [...filesIn(EXPECTATIONS, /\.pcap(ng)?$/), ...filesIn(PCAPS, /\.pcap(ng)?$/)];
    const generated = madeCaptures();
    return [...generated, ...files, gzipSync(generated[0]), gzipSync(generated[1])];
  },
  mutate: mutateCapture,
  split: partsOf,
  async check(input) {
    if (folder === '') folder = scratchFolder();
    const path = join(folder, 'in');
    writeFileSync(path, input);
    let read: CaptureRows | null = null;
    try {
      read = await readRows(path);
    } catch (error) {
      requireComplaint(error, ['CaptureError']);
    }
    if (read === null) {
      await requireRefusal(path);
      return;
    }
    const { damage } = read;
    if (damage !== null && (!(damage.atByte >= 0) || damage.message.includes('\n')))
      throw new Broken(`damage at ${damage.atByte}: ${damage.message}`);
    const random = new Random(hashOf(input));
    const isAllReplayed = await checkReplay(path, read);
    await checkCut(input, read, random);
    await checkWritten(read);
    const hasCutFrames = read.rows.some(({ bytes, originalLength }) => originalLength > bytes.length);
    const replayed = { open: () => openBatches(path), interfaceName: null, script, folder, hasCutFrames };
    await checkEveryOutput(replayed, random);
    if (random.oneIn(CASES_ONE_IN))
      await checkDraftedCase({ path, interfaceName: null }, null, damage === null && isAllReplayed);
    if (random.oneIn(THREADS_ONE_IN)) await checkThreads(input, folder, run);
  },
};

/** Both byte orders and formats, with every block and option that the reader looks at. */
function madeCaptures(): Buffer[] {
  const frame = Buffer.from(tcpOf({ source: '10.1.1.3', destination: '8.8.8.8', protocol: 6 }, 40000, 80, 2));
  return [made.LITTLE, made.BIG].flatMap((order) => [
    Buffer.concat([
      made.pcapHeader(order),
      ...[1, 2, 3].map((seconds) => made.pcapRecord(order, { seconds, fraction: 5, bytes: frame })),
    ]),
    Buffer.concat([
      made.section(order),
      made.interfaceBlock(order, 1, 0, made.option(order, 2, Buffer.from('tap2')), made.option(order, 9, Buffer.of(9))),
      made.interfaceBlock(order, 101, 20, made.option(order, 14, Buffer.alloc(8, 1))),
      made.enhanced(order, 0, 1_000_000_000n, frame),
      made.enhanced(order, 1, 2_000_000n, frame.subarray(14, 34), 40),
      made.obsolete(order, 0, 3_000_000_000n, frame),
      made.simple(order, frame),
      made.block(order, 0xbad, Buffer.alloc(8)),
    ]),
  ]);
}

const run = (path: string, wishes: Partial<ReplayOptions>): Promise<ReplaySummary> =>
  replay({
    captures: [{ path, interfaceName: null }],
    script,
    output: null,
    drops: null,
    verdicts: null,
    workers: 1,
    ...wishes,
  });

async function requireRefusal(path: string): Promise<void> {
  try {
    await run(path, {});
  } catch (error) {
    requireComplaint(error, ['CaptureError']);
    return;
  }
  throw new Broken('replayed what cannot be read');
}

/** A classic pcap has 32 bits of seconds: other times are written as the nearest that it can say. */
const inClassicTime = (row: CaptureRow): CaptureRow =>
  row.seconds >= 0 && row.seconds < 2 ** 32
    ? row
    : { ...row, seconds: row.seconds < 0 ? 0 : 2 ** 32 - 1, nanoseconds: 0 };

/** Every readable frame is accounted for, the flow cache is not noticed, and what is written is what left. True where all were replayed, and there are any. */
async function checkReplay(path: string, { rows, damage }: CaptureRows): Promise<boolean> {
  const [plain, recorded, drops, verdicts] = ['out.pcap', 'out.pcapng', 'drops.pcapng', 'v.jsonl'].map((name) =>
    join(folder, name),
  );
  const byFlows = await run(path, { output: plain });
  const { totals, notReplayed } = byFlows;
  requireAccounts(totals, rows.length - notReplayed.reduce((sum, { count }) => sum + count, 0));
  requireEqual(
    byFlows.damage.map(({ message }) => message),
    damage === null ? [] : [damage.message],
    'damage',
  );
  const byNodes = await run(path, { output: recorded, drops, verdicts });
  requireEqual(byNodes, byFlows, 'summaries with and without the flow cache');
  const [left, leftToo, dropped] = [await readRows(plain), await readRows(recorded), await readRows(drops)];
  const textsOf = (read: CaptureRows): string[] => read.rows.map((row) => rowText(inClassicTime(row), 9, null));
  requireEqual(textsOf(leftToo), textsOf(left), 'outputs with and without the flow cache');
  const sent = byFlows.interfaces.reduce((sum, { transmitted }) => sum + transmitted, 0);
  requireEqual(left.rows.length, sent, 'frames written and transmitted');
  requireEqual(dropped.rows.length, totals.received - totals.transmitted, 'frames in the drops and not transmitted');
  requireEqual(readFileSync(verdicts, 'utf8').split('\n').length - 1, totals.received, 'verdicts and frames');
  return notReplayed.length === 0 && totals.received > 0;
}

/** Cut anywhere, a capture gives its frames up to the cut, and says where. */
async function checkCut(input: Buffer, whole: CaptureRows, random: Random): Promise<void> {
  const length = random.below(input.length);
  const path = join(folder, 'cut');
  writeFileSync(path, input.subarray(0, length));
  let cut: CaptureRows;
  try {
    cut = await readRows(path);
  } catch (error) {
    requireComplaint(error, ['CaptureError']);
    return;
  }
  const text = ({ rows }: CaptureRows): string[] => rows.slice(0, cut.rows.length).map((row) => rowText(row, 9, null));
  requireEqual(text(cut), text(whole), `frames of the capture cut at ${length} and of the whole`);
  if (cut.rows.length > whole.rows.length) throw new Broken('the cut capture has more frames');
  const isPacked = input.length > 1 && input.readUInt16BE(0) === 0x1f8b;
  if (cut.damage === null && isPacked) throw new Broken(`nobody noticed the cut at ${length}`);
  if (cut.damage !== null && cut.damage.atByte > length && !isPacked)
    throw new Broken(`cut at ${length}, but said to be damaged at ${cut.damage.atByte}`);
}

/** What is written is what is read back, in both formats. */
async function checkWritten({ rows, interfaces }: CaptureRows): Promise<void> {
  for (const name of ['again.pcapng', 'again.pcap']) {
    const isClassic = name === 'again.pcap';
    const used = isClassic ? interfaces.slice(0, 1) : interfaces;
    // A classic pcap has one link type and 32 bits of seconds.
    const fits = rows.filter(({ seconds, interfaceIndex }) =>
      isClassic ? interfaceIndex === 0 && seconds >= 0 && seconds < 2 ** 32 : seconds >= 0 && seconds < 2 ** 33,
    );
    if (used.length === 0) continue;
    const digits = Math.max(6, ...used.map(({ timestampDigits }) => timestampDigits));
    const path = join(folder, name);
    const writer = openWriter(path, {
      interfaces: used.map(({ name: each, linkType }, i) => ({ name: each ?? `if${i}`, linkType })),
      timestampDigits: digits,
    });
    for (const { bytes, originalLength, seconds, nanoseconds, interfaceIndex } of fits)
      writer.write(FrameRecord.of(bytes, { originalLength, seconds, nanoseconds, interfaceIndex }));
    await writer.close();
    const back = await readRows(path);
    requireEqual(back.damage, null, 'damage of what was written');
    requireEqual(
      back.rows.map((row) => rowText(row, 9, null)),
      fits.map((row) => rowText(row, 9, null)),
      name,
    );
  }
}
