/**
 * How people name the frames that come in: by their number in the capture's file, from 1, as Wireshark counts them, with the
 * file's name where there are several. Every frame of a file counts, replayed or not. The program itself counts frames from 0
 * over all captures in the order of time, as `frame` of the verdicts does.
 */

import { basename } from 'node:path';

export class InputFrames {
  /** Which capture the frames are of that run now. */
  capture = 0;
  private files: readonly string[] = [];
  private labels: readonly string[] = [];
  /** What a frame's number in its file is more than its index; the same for all frames of a run. */
  private offset = 1;

  /** The captures that frames will come from. */
  open(files: readonly string[]): void {
    this.files = files;
    this.labels = captureLabels(files);
  }

  /** From now on frames are of `capture`, whose frame `number` has the index `index`. */
  startRun(capture: number, index: number, number: number): void {
    this.capture = capture;
    this.offset = number - index;
  }

  /** True where all frames come from one capture, and need not say from which. */
  get isOne(): boolean {
    return this.files.length <= 1;
  }

  /** Name of the capture whose frames run; empty where frames come from none. */
  get file(): string {
    return this.files.at(this.capture) ?? '';
  }

  /** Number in its file of a frame of the run, by its index. */
  numberOf(index: number): number {
    return index + this.offset;
  }

  /** Index of a frame of the run, by its number in its file. */
  indexOf(number: number): number {
    return number - this.offset;
  }

  /** `frame 4`, or `frame 4 of uplink.pcap`: a frame of the run, by its index. */
  nameOf(index: number): string {
    return this.name(this.numberOf(index), this.capture);
  }

  /** The same of any frame, by its number, or by what stands for it. */
  name(number: number | string, capture: number): string {
    return frameName(number, this.isOne ? null : this.labels[capture]);
  }
}

/** `frame 4`, and where a capture has to be named, `frame 4 of uplink.pcap`. */
export const frameName = (number: number | string, label: string | null): string =>
  label === null ? `frame ${number}` : `frame ${number} of ${label}`;

/** Frames' names by their captures and numbers. */
export function frameNamer(files: readonly string[]): (file: string, number: number) => string {
  const labels = captureLabels(files);
  return (file, number) => frameName(number, files.length > 1 ? labels[files.indexOf(file)] : null);
}

/** What captures are called beside their frames: the files' names, or the paths as given where two names are the same. */
export function captureLabels(files: readonly string[]): string[] {
  const names = files.map((file) => basename(file));
  return names.map((name, i) => (names.indexOf(name) === i && names.lastIndexOf(name) === i ? name : files[i]));
}
