/** Traffic of an interface, read like a capture while it is recorded. */
import { UsageError } from '../user-error.js';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { ByteWindow } from '../source/byte-window.js';
import { CaptureError } from '../frame-batch.js';
import type { CaptureDamage, CaptureInput, CaptureInterface, FrameBatch, FrameReader } from '../frame-batch.js';
import { openPcap } from '../pcap/pcap-reader.js';
import { STOP, type RecorderMessage, type RecorderOrder } from './recorder-protocol.js';
import { StreamSource } from './stream-source.js';

/** Frames cannot be recorded as it is wished: no binding, no such filter. The message is one sentence. */
export class LiveUsageError extends UsageError {}

/** Compiled or bundled, the recorder's file lies beside this one. */
const RECORDER = fileURLToPath(new URL('./recorder.js', import.meta.url));

/** How long a recorder may take to stop. While frames come without a pause it hears nothing. */
const STOP_MILLISECONDS = 1000;

const NO_BINDING =
  'recording needs the npm package cap, which could not be loaded: install the headers of libpcap ' +
  '(Debian: apt-get install libpcap-dev), then run npm rebuild cap, or npm install cap where it is missing';

export class LiveCapture implements FrameReader {
  damage: CaptureDamage | null = null;
  /** Frames delivered so far. */
  frameCount = 0;
  private isDone = false;
  private isStopping = false;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly reader: FrameReader,
  ) {
    child.on('message', (message) => {
      this.isDone ||= (message as RecorderMessage).kind === 'done';
    });
  }

  /**
   * Starts to record; resolves when frames can come.
   * Rejects with LiveUsageError, or with CaptureError where the interface cannot be read.
   */
  static async open(order: RecorderOrder): Promise<LiveCapture> {
    const child = fork(RECORDER, [JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('a recorder without pipes');
    let words = '';
    stderr.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-2000)));
    const answer = await Promise.race([
      once(child, 'message').then(([message]) => message as RecorderMessage),
      once(child, 'exit').then(() => null),
    ]);
    if (answer?.kind !== 'open') {
      child.kill('SIGKILL');
      throw whyNot(order, answer, words);
    }
    const window = new ByteWindow(new StreamSource(order.device, stdout));
    return new LiveCapture(order.device, child, await openPcap(window));
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.reader.interfaces;
  }

  get input(): CaptureInput {
    return { bytesRead: this.reader.input?.bytesRead ?? 0, totalBytes: null };
  }

  async next(): Promise<FrameBatch | null> {
    const batch = await this.reader.next();
    if (batch !== null) this.frameCount += batch.count;
    else await this.end();
    return batch;
  }

  /** Ends the recording: the frames that have come are still delivered, then `next` gives null. */
  stop(): void {
    if (this.isStopping) return;
    this.isStopping = true;
    const { child } = this;
    if (child.connected) child.send(STOP, () => undefined);
    setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS).unref();
  }

  async close(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.reader.close();
  }

  /** The recorder has ended: as it was told, or because it had to. */
  private async end(): Promise<void> {
    const { child, name } = this;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    if (this.isDone || this.isStopping) return;
    const message = `${name}: recording ended after ${this.frameCount} frames: the interface has gone or went down`;
    this.damage = { atByte: this.reader.input?.bytesRead ?? 0, message };
  }
}

function whyNot({ device, filter }: RecorderOrder, answer: RecorderMessage | null, words: string): Error {
  if (answer?.kind === 'no-binding') return new LiveUsageError(NO_BINDING);
  const reason = answer?.kind === 'refused' ? answer.reason : words.trim().replaceAll('\n', '; ');
  if (/syntax error|parse filter|can't parse|illegal|unknown host|expression/i.test(reason) && filter !== '')
    return new LiveUsageError(`the filter "${filter}" is none of libpcap's: ${reason}`);
  if (/permission|not permitted/i.test(reason))
    return new CaptureError(
      `${device}: not permitted to record: run it as root, or give node the right with setcap cap_net_raw+ep`,
    );
  return new CaptureError(`${device}: cannot be recorded: ${reason || 'the recorder ended without a word'}`);
}
