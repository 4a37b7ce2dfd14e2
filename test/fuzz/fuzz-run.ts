/** Runs the fuzz loop in a process, and watches it: an input that takes too long, too much memory or the process is a fault as well. */

import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultKind } from './fault-kind.js';
import type { FuzzMessage, FuzzOrder, FuzzPlan } from './fuzz-process.js';

/** Longest that one input may take on a machine that has other work too. */
const INPUT_MILLISECONDS = 20_000;
/** Of what it says when it dies. */
const WORDS_LENGTH = 2000;
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

/** Tries inputs until the plan ends. Each kind of fault is told of once. */
export async function fuzz(plan: FuzzPlan, events: FuzzEvents = {}): Promise<FuzzResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'vppcap-fuzzing-'));
  const tried: Record<string, number> = {};
  const interesting: Record<string, number> = {};
  const faults = new Map<string, FuzzFault>();
  const note = (fault: FuzzFault): void => {
    const kind = faultKind(fault.target, fault.message);
    if (faults.has(kind)) return;
    faults.set(kind, fault);
    events.fault?.(fault);
  };
  const started = performance.now();
  try {
    for (let from = 0, isOver = false; !isOver;) {
      const seconds = plan.seconds === null ? null : plan.seconds - (performance.now() - started) / 1000;
      const last = await watch({ ...plan, seconds, from, current: join(scratch, 'current') }, scratch, (message) => {
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

/** One process's life: null where it came to the plan's end, else the input that ended it and how. */
function watch(order: FuzzOrder, scratch: string, hear: (message: FuzzMessage) => void): Promise<FuzzFault | null> {
  const child = fork(fileURLToPath(new URL('./fuzz-process.js', import.meta.url)), [JSON.stringify(order)], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    env: { ...process.env, TMPDIR: scratch },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  return new Promise((resolve) => {
    let [target, number, words] = ['', 0, ''];
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    child.stderr?.on('data', (text: Buffer) => (words = (words + text.toString()).slice(-WORDS_LENGTH)));
    child.on('message', (message: FuzzMessage) => {
      clearTimeout(timer);
      hear(message);
      if (message.kind !== 'input') return;
      ({ target, number } = message);
      timer = setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, INPUT_MILLISECONDS);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) {
        resolve(null);
        return;
      }
      const how = isLate
        ? `it took longer than ${INPUT_MILLISECONDS / 1000} s`
        : `the process ended with ${code ?? signal}`;
      const input = target === '' ? Buffer.alloc(0) : readFileSync(order.current);
      resolve({ target, number, message: `${how}\n${words}`, input });
    });
  });
}
