/** How far long work has come, on a terminal: a bar, what is done per second and the time that is left. Elsewhere nothing. */

import type { SingleBar } from 'cli-progress';
import type { ReplayProgress } from '../replay/replay-summary.js';
import { standardError } from './print.js';

/** Work that is done sooner needs no bar; nor does it have to load what draws one. */
const PATIENCE_MILLISECONDS = 500;
const REDRAW_MILLISECONDS = 200;
const MEGABYTE = 1e6;

export interface Progress {
  /** Begins to look; give it to `replay` as `watch`. */
  readonly watch: (progress: () => ReplayProgress) => void;
  /** Takes the bar off the terminal. */
  readonly stop: () => void;
}

/** `doing` is what is being done, e.g. 'replaying'. */
export function startProgress(doing: string, isWanted: boolean): Progress {
  let timer: NodeJS.Timeout | undefined;
  let bar: SingleBar | null = null;
  let hasStopped = false;
  const draw = async (progress: () => ReplayProgress, start: number): Promise<void> => {
    const { SingleBar } = (await import('cli-progress')).default;
    // What turned up meanwhile: the work is done.
    if (hasStopped) return;
    const { totalBytes } = progress();
    const shown = new SingleBar({
      format:
        totalBytes === null
          ? `${doing} {frames} frames, {rate} per second`
          : `${doing} {bar} {percentage} % of {megabytes} MB, {rate} frames/s, {eta_formatted} left`,
      stream: standardError(),
      barCompleteChar: '#',
      barIncompleteChar: '.',
      barsize: 30,
      clearOnComplete: true,
    });
    const update = (): void => {
      const { frames, bytesRead } = progress();
      const seconds = (performance.now() - start) / 1000;
      shown.update(bytesRead, { frames: String(frames), rate: String(Math.round(frames / seconds)) });
    };
    shown.start(totalBytes ?? 0, 0, { frames: '0', rate: '0', megabytes: ((totalBytes ?? 0) / MEGABYTE).toFixed(1) });
    update();
    bar = shown;
    timer = setInterval(update, REDRAW_MILLISECONDS);
    timer.unref();
  };
  return {
    watch: (progress) => {
      if (!isWanted || standardError().isTTY !== true) return;
      const start = performance.now();
      timer = setTimeout(() => void draw(progress, start), PATIENCE_MILLISECONDS);
      timer.unref();
    },
    stop: () => {
      hasStopped = true;
      clearTimeout(timer);
      bar?.stop();
    },
  };
}

/** A bar for things that are done one after the other. */
export interface Count {
  readonly update: (done: number) => void;
  readonly stop: () => void;
}

/** @param what '{done} of {total} nodes' */
export function startCount(what: string, total: number, isWanted: boolean): Count {
  if (!isWanted || standardError().isTTY !== true) return { update: () => undefined, stop: () => undefined };
  let bar: SingleBar | null = null;
  let hasStopped = false;
  void import('cli-progress').then(({ default: { SingleBar } }) => {
    if (hasStopped) return;
    bar = new SingleBar({
      format: `{bar} {value} of {total} ${what}, {eta_formatted} left`,
      stream: standardError(),
      barCompleteChar: '#',
      barIncompleteChar: '.',
      barsize: 30,
      clearOnComplete: true,
    });
    bar.start(total, 0);
  });
  return {
    update: (done) => bar?.update(done),
    stop: () => {
      hasStopped = true;
      bar?.stop();
    },
  };
}

/** Of `shrink`: what is tried, in a line. */
export interface ShrinkProgress {
  readonly watch: (count: number, of: string) => void;
  readonly watchConfig: (count: number) => void;
  readonly stop: () => void;
}

const TO_LINE_START = '\r\x1b[K';

export function shrinkProgress(isWanted: boolean): ShrinkProgress {
  const isShown = isWanted && standardError().isTTY === true;
  let drawn = performance.now();
  const watch = (count: number, of: string): void => {
    const now = performance.now();
    if (!isShown || now - drawn < REDRAW_MILLISECONDS) return;
    drawn = now;
    standardError().write(`${TO_LINE_START}trying ${String(count)} ${of}`);
  };
  return {
    watch,
    watchConfig: (count) => watch(count, 'lines or rules of the configuration'),
    stop: () => {
      if (isShown) standardError().write(TO_LINE_START);
    },
  };
}
