/** What the page of a suite holds: plain data, made by regression/reporters, shown by page/suite.tsx. */

import type { Story } from './report-data.js';

export interface SuiteData {
  /** `vppcap test · expectations · 1.2 s` */
  readonly what: string;
  readonly headline: string;
  readonly counts: readonly { readonly status: CaseStatus; readonly count: number }[];
  readonly cases: readonly SuiteCase[];
  /** Distinct ways through the graph. */
  readonly paths: readonly (readonly string[])[];
  /** Why frames did not leave, and what would have to be otherwise. */
  readonly causes: readonly { readonly cause: string; readonly remedy: string | null }[];
  /** Commands that decided. */
  readonly lines: readonly { readonly place: string; readonly text: string }[];
  readonly coverage: readonly SuiteCoverage[];
}

export type CaseStatus = 'passed' | 'accepted' | 'failed' | 'error' | 'skipped';

export interface SuiteCase {
  readonly name: string;
  readonly title: string;
  readonly status: CaseStatus;
  readonly facts: readonly string[];
  readonly differences: readonly { readonly kind: string; readonly message: string; readonly file: string }[];
  readonly otherDifferences: number;
  readonly notes: readonly string[];
  readonly compared: readonly ComparedPacket[];
  readonly frames: readonly SuiteFrame[];
  /** Frames that there is no room for. */
  readonly otherFrames: number;
}

/** An expected packet beside the actual one; one of both is '' where there is none. */
export interface ComparedPacket {
  readonly title: string;
  readonly changes: Story['changes'];
  readonly expected: string;
  readonly actual: string;
}

/** `cause` refers to the suite's causes, lines of steps to its lines. */
export interface SuiteFrame extends Story {
  /** Interfaces that it left by. */
  readonly tx: readonly string[];
  /** Index into `paths`. */
  readonly path: number;
  /** What VPP's trace says of a drop. */
  readonly vppReason: string | null;
  /** What left because of it beside itself. */
  readonly others: readonly { readonly title: string; readonly bytes: string }[];
}

export interface SuiteCoverage {
  readonly configuration: string;
  readonly frames: number;
  readonly kinds: readonly {
    readonly kind: string;
    readonly items: number;
    readonly exercised: number;
    readonly unreachable: number;
    readonly never: readonly {
      readonly name: string;
      /** `node.vpp:14`, and the command there. */
      readonly place: string;
      readonly text: string;
      readonly unreachable: { readonly why: string; readonly text: string } | null;
    }[];
  }[];
}
