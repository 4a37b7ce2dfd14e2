/**
 * What a suite's run tells: results of cases as plain data, which cross threads and which reporters put into words.
 */

import { join } from 'node:path';
import { EXIT_INTERNAL } from '../capture/exit-codes.js';
import type { CopiedFrame } from '../capture/frame-batch.js';
import type { Step } from '../explain/frame-explainer.js';
import type { Coverage } from '../outcome/coverage/coverage.js';
import type { Verdict } from '../outcome/verdicts.js';
import type { VerifyReport } from '../verify/report/report.js';
import { CASE_FILE } from './case/case-paths.js';

/**
 * `accepted`: it failed, and --accept made what came out its expectation; `failed`: it ran, or a file of it is missing or stray, and what came out is not what it expects; `error`: it could not be
 * run or judged as it stands; `skipped`: it was not run, since --bail stopped the suite before it.
 */
export type CaseStatus = 'passed' | 'accepted' | 'failed' | 'error' | 'skipped';

/** What a difference is about: packets that left, drops, counters, ways through the graph, frames that were not replayed, files of the case. */
export type DifferenceKind = 'packets' | 'drops' | 'counters' | 'path' | 'input' | 'files' | 'error';

export interface CaseDifference {
  readonly kind: DifferenceKind;
  /** One sentence for a person. */
  readonly message: string;
  /** The file that expects otherwise, as the user would name it: an expected capture or the case's case.yaml. */
  readonly file: string;
  /** Where in the file, if that can be said. */
  readonly line?: number;
}

/** A packet with what a capture says about it. */
export interface PacketRecord extends CopiedFrame {
  /** Number in its sequence, from 1, as Wireshark counts. */
  readonly frame: number;
  /** VPP's name of the interface; null where an expected capture names none. */
  readonly interfaceName: string | null;
  /** Of an expected packet whose link header is not compared; Ethernet where there is none. */
  readonly linkType?: number;
}

/** A frame that was replayed: as it was received, and what became of it. */
export interface ReceivedFrame {
  /** `frame 3`, and of several captures `frame 3 of in.pcap`. */
  readonly name: string;
  readonly packet: PacketRecord;
  /** Node path, drop reason, cause, counters; `out` are indices in CaseDetail.sent. */
  readonly verdict: Verdict;
  /** What nodes decided about it, in order: rule, session, translation, route, with the configuration line. */
  readonly decisions: readonly Step[];
  /** What would have to be otherwise for a frame to pass; null where nothing is known. */
  readonly remedy: string | null;
}

/** Every packet of a case. Kept only where a reporter wants it. */
export interface CaseDetail {
  readonly received: readonly ReceivedFrame[];
  readonly sent: readonly PacketRecord[];
  /** Packets of the expected captures, in the order in which the comparison numbers them. */
  readonly expected: readonly PacketRecord[];
}

export interface CaseResult {
  /** Path of its folder below the suite's, with '/': unique within a suite. */
  readonly name: string;
  /** Path of its folder as the user would name it. */
  readonly folder: string;
  /** From case.yaml; the name where that cannot be read. */
  readonly title: string;
  /** Where the expectation comes from; null where case.yaml cannot be read. */
  readonly origin: string | null;
  readonly status: CaseStatus;
  readonly differences: readonly CaseDifference[];
  /** What a reader should know of a case however it went, in sentences: frames of its captures that are no input. */
  readonly notes: readonly string[];
  readonly tolerances: readonly string[];
  /** Numbers of frames replayed, packets that left and packets expected. */
  readonly packets: { readonly received: number; readonly sent: number; readonly expected: number };
  readonly milliseconds: number;
  /** The exit code of a command that runs this case alone. */
  readonly exitCode: number;
  /** The comparison of the packets; null where there was none. */
  readonly verify: VerifyReport | null;
  readonly detail: CaseDetail | null;
  /** What of its configuration the case exercised, where somebody wants to know. */
  readonly coverage?: Coverage;
}

/** What a result says where nothing is known but the case's place. */
export const blankResult = ({ name, folder }: Pick<CaseResult, 'name' | 'folder'>) => ({
  ...{
    name,
    folder,
    title: name,
    origin: null,
    notes: [],
    tolerances: [],
    milliseconds: 0,
    verify: null,
    detail: null,
  },
  packets: { received: 0, sent: 0, expected: 0 },
});

/** A case that could not be tested because of a fault in vppcap. */
export const faultResult = (found: Pick<CaseResult, 'name' | 'folder'>, fault: string): CaseResult => ({
  ...blankResult(found),
  status: 'error',
  differences: [{ kind: 'error', message: `a fault in vppcap itself: ${fault}`, file: join(found.folder, CASE_FILE) }],
  exitCode: EXIT_INTERNAL,
});

/** The suite before it runs. */
export interface SuiteStart {
  /** What is run, where that is not `vppcap test`. */
  readonly command?: string;
  /** Folders that were searched, as given. */
  readonly folders: readonly string[];
  /** Names of the cases that are to run, in order. */
  readonly cases: readonly string[];
  /** `[i, n]` for shard i of n. */
  readonly shard: readonly [number, number] | null;
}

export interface SuiteSummary {
  readonly passed: number;
  readonly accepted: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
  readonly milliseconds: number;
  /** The command's exit code: the highest of the cases. */
  readonly exitCode: number;
}

/** What results come to, as one run of them all. */
export function summaryOf(results: readonly CaseResult[]): SuiteSummary {
  const count = (status: CaseStatus): number => results.filter((one) => one.status === status).length;
  return {
    passed: count('passed'),
    accepted: count('accepted'),
    failed: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
    milliseconds: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    exitCode: results.reduce((highest, { exitCode }) => Math.max(highest, exitCode), 0),
  };
}
