/** Records the traffic of interfaces as the command line asks for it: to captures, through the pipeline, or for an audit. */

import { join } from 'node:path';
import { UsageError } from '../../capture/user-error.js';
import { FrameRecord } from '../../capture/frame-record.js';
import type { LiveCapture } from '../../capture/live/live-capture.js';
import { openBatches } from '../../capture/input/open-batches.js';
import { openWriter } from '../../capture/output/open-writer.js';
import { RingWriter, type RingSize } from '../../capture/output/ring-writer.js';
import type { CaptureWriter, WriterOptions } from '../../capture/output/capture-writer.js';
import { replay } from '../../replay/replay.js';
import type { CaptureArguments } from '../commands/captures.js';
import { complainOfInput } from '../complain-of-input.js';
import { EXIT_CAPTURE, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { makeScratchFolder, removeScratchFolder } from '../interrupt.js';
import { complain, print, printResult } from '../print.js';
import { startProgress } from '../progress.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { readScript } from '../common/read-script.js';
import { recordingLines, ringSize, startRecording, type Recording } from './recording.js';
import { replaySummaryLines } from '../common/replay-summary.js';

const REPLAY_OPTIONS = ['config', 'release', 'drops', 'verdicts'] as const;

/** Returns the exit code. Ends at --count, --duration or a signal; all that was recorded until then is kept. */
export async function captureFiles(given: CaptureArguments): Promise<number> {
  if (given.audit) return auditLive(given);
  const [device, ...others] = given.interface;
  if (others.length > 0) throw new UsageError('--interface is given more than once, which only --audit takes');
  if (given.replay) return replayLive(given, device);
  for (const option of REPLAY_OPTIONS)
    if (given[option] !== undefined) throw new UsageError(`--${option} goes with --replay`);
  if (given.output === undefined)
    throw new UsageError('name where to record to with --output, or - for standard output');
  const { output } = given;
  const ring = given.ring === undefined ? null : ringSize(given.ring);
  if (ring !== null && !/\.[^./]+$/.test(output))
    throw new UsageError(
      `--ring needs an output with a name such as x.pcap, which makes x_00001.pcap, x_00002.pcap and on`,
    );
  const { path, interfaceName } = parseCaptureArgument(device);
  const recording = await startRecording(given, path);
  const { live } = recording;
  const progress = startProgress('recorded', !given.quiet);
  progress.watch(() => ({ frames: live.frameCount, bytesRead: 0, totalBytes: null }));
  try {
    const files = await recordTo(output, ring, writerOptions(live, interfaceName, given.sync), live);
    progress.stop();
    return report(recording, files, given, output === '-' ? complain : print);
  } finally {
    progress.stop();
    await live.close();
  }
}

function writerOptions(live: LiveCapture, interfaceName: string | null, isSynced: boolean): WriterOptions {
  const [{ linkType, snapLength }] = live.interfaces;
  return { interfaces: [{ name: interfaceName ?? live.name, linkType, snapLength }], timestampDigits: 6, isSynced };
}

/** Returns the files that were written and are still there. */
async function recordTo(
  output: string,
  size: RingSize | null,
  options: WriterOptions,
  live: LiveCapture,
): Promise<readonly string[]> {
  const ring = size === null ? null : new RingWriter(output, size, options);
  const all = ring ?? openWriter(output, options);
  const current = (): CaptureWriter => (all instanceof RingWriter ? all.current : all);
  const frame = new FrameRecord();
  try {
    for (let batch = await live.next(); batch !== null; batch = await live.next()) {
      for (let i = 0; i < batch.count; i++) {
        if (ring?.isFullFor(batch.capturedLength[i])) await ring.rotate();
        current().write(frame.setFrame(batch, i));
      }
      await current().drain();
    }
    await all.close();
  } catch (error) {
    await all.abort();
    throw error;
  }
  return ring?.kept ?? [output];
}

function report(
  { live, summary }: Recording,
  files: readonly string[],
  { quiet, json }: CaptureArguments,
  say: (line: string) => void,
): number {
  const recorded = summary(files);
  if (live.damage !== null) complain(`vppcap: ${live.damage.message}; what came before was recorded`);
  printResult(json, recorded, quiet ? [] : recordingLines(recorded), say);
  return live.damage === null ? EXIT_SUCCESS : EXIT_CAPTURE;
}

/** Runs the pipeline on what arrives. */
async function replayLive(given: CaptureArguments, interfaceAndDevice: string): Promise<number> {
  if (given.ring !== undefined) throw new UsageError('--ring records what arrives; it does not go with --replay');
  const { path: device, interfaceName } = parseCaptureArgument(interfaceAndDevice);
  let recording: Recording | null = null;
  const open = async (): Promise<Recording['live']> => {
    recording = await startRecording(given, device);
    return recording.live;
  };
  const { output = null, drops = null, verdicts = null } = given;
  const script = readScript(given);
  const progress = startProgress('replaying', !given.quiet);
  const summary = await replay({
    captures: [{ path: device, interfaceName, open }],
    script,
    output,
    drops,
    verdicts,
    fixChecksums: given.fixChecksums,
    sync: given.sync,
    watch: progress.watch,
  }).finally(progress.stop);
  const recorded = (recording as Recording | null)?.summary([]) ?? null;
  const exitCode = complainOfInput(summary, 'what came before was replayed');
  const say = [output, drops, verdicts].includes('-') ? complain : print;
  const lines = [...replaySummaryLines(summary), '', ...(recorded === null ? [] : recordingLines(recorded))];
  printResult(given.json, { ...summary, recorded }, given.quiet ? [] : lines, say);
  return exitCode;
}

/** Records, each interface for itself, until one of them ends, and audits the recordings: it reads captures more than once to find vectors. */
async function auditLive(given: CaptureArguments): Promise<number> {
  for (const option of ['ring', 'drops', 'verdicts'] as const)
    if (given[option] !== undefined) throw new UsageError(`--${option} does not go with --audit`);
  if (given.replay) throw new UsageError('--replay and --audit: one of both');
  const { auditCaptures } = await import('./run-audit.js');
  readScript(given); // before anything is recorded
  const captures = given.interface.map(parseCaptureArgument);
  const recordings: Recording[] = [];
  const folder = makeScratchFolder();
  const fileOf = (device: string): string =>
    join(folder, `${String(captures.findIndex(({ path }) => path === device))}.pcapng`);
  try {
    for (const { path } of captures) recordings.push(await startRecording(given, path));
    const record = async ({ live }: Recording, i: number): Promise<void> => {
      const { path, interfaceName } = captures[i];
      await recordTo(fileOf(path), null, writerOptions(live, interfaceName, false), live);
      for (const other of recordings) other.live.stop();
    };
    await Promise.all(recordings.map(record));
    if (!given.quiet)
      for (const { summary } of recordings) for (const line of recordingLines(summary([]))) complain(line);
    return await auditCaptures({
      ...given,
      captures,
      open: (device) => openBatches(fileOf(device), undefined, device),
    });
  } finally {
    for (const { live } of recordings) await live.close();
    removeScratchFolder(folder);
  }
}
