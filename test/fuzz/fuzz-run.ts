/** Runs the fuzz loop in a thread, and watches it: an input that takes too long or too much memory is a fault as well. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FuzzPlan, ThreadMessage } from './fuzz-thread.js';

/** Longest that one input may take on a machine that has other work too. */
const INPUT_MILLISECONDS = 20_000;
/** Of JavaScript objects. */
const HEAP_MB = 700;

export interface FuzzFault {
  readonly target: string;
  /** Which input it was, of this seed. */
  readonly number: number;
  readonly message: string;
  readonly input: Buffer;
}

export interface FuzzResult {
  /** Inputs tried, by target. */
  readonly tried: Readonly<Record<string, number>>;
  /** Inputs kept because they reached something new, by target. */
  readonly interesting: Readonly<Record<string, number>>;
  readonly faults: readonly FuzzFault[];
}

export interface FuzzEvents {
  readonly fault?: (fault: FuzzFault) => void;
  /** An input reached code that none had before. */
  readonly interesting?: (target: string, input: Buffer, newBlocks: number) => void;
}

/** One kind of fault, however many inputs show it: the message without numbers and data. */
const kindOf = ({ target, message }: FuzzFault): string =>
  `${target} ${message
    .split('\n')
    .slice(0, 2)
    .join(' ')
    .replace(/["'“].*["'”]|\d+/g, '')
    .slice(0, 60)}`;

/** Tries inputs until the plan ends. Each kind of fault is told of once. */
export async function fuzz(plan: FuzzPlan, events: FuzzEvents = {}): Promise<FuzzResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'vppcap-fuzzing-'));
  const tried: Record<string, number> = {};
  const interesting: Record<string, number> = {};
  const faults = new Map<string, FuzzFault>();
  const note = (fault: FuzzFault): void => {
    const kind = kindOf(fault);
    if (faults.has(kind)) return;
    faults.set(kind, fault);
    events.fault?.(fault);
  };
  const started = performance.now();
  try {
    for (let from = 0, isOver = false; !isOver;) {
      const seconds = plan.seconds === null ? null : plan.seconds - (performance.now() - started) / 1000;
      const last = await watch({ ...plan, seconds, from, scratch }, (message) => {
        const input = Buffer.from(message.input);
        if (message.kind === 'fault') note({ ...message, input });
        else if (message.kind === 'input') tried[message.target] = (tried[message.target] ?? 0) + 1;
        else {
          interesting[message.target] = (interesting[message.target] ?? 0) + 1;
          events.interesting?.(message.target, input, message.number);
        }
      });
      isOver = last === null;
      if (last === null) break;
      note(last);
      if (last.target === '') break; // It died before the first input.
      from = last.number + 1;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { tried, interesting, faults: [...faults.values()] };
}

/** One thread's life: null where it came to the plan's end, else the input that ended it and how. */
function watch(
  plan: FuzzPlan & { readonly from: number; readonly scratch: string },
  hear: (message: ThreadMessage) => void,
): Promise<FuzzFault | null> {
  const worker = new Worker(new URL('./fuzz-thread.js', import.meta.url), {
    workerData: plan,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  return new Promise((resolve) => {
    let current: FuzzFault = { target: '', number: 0, message: '', input: Buffer.alloc(0) };
    let timer: NodeJS.Timeout | undefined;
    const end = (message: string): void => {
      clearTimeout(timer);
      void worker.terminate();
      resolve({ ...current, message });
    };
    worker.on('message', (message: ThreadMessage) => {
      clearTimeout(timer);
      hear(message);
      if (message.kind !== 'input') return;
      current = { ...message, message: '', input: Buffer.from(message.input) };
      timer = setTimeout(() => end(`it took longer than ${INPUT_MILLISECONDS / 1000} s`), INPUT_MILLISECONDS);
    });
    worker.on('error', (error: Error) => end(`${error.name}: ${error.message}\n${error.stack ?? ''}`));
    worker.on('exit', (code) => {
      if (code !== 0) {
        end(`the thread ended with ${code}`);
        return;
      }
      clearTimeout(timer);
      resolve(null);
    });
  });
}
