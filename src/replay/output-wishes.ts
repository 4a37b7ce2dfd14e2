/** What a replay is asked to write. */

import type { VectorRule } from '../dataplane/vector-queue.js';
import type { TraceOutput } from '../trace/trace-output.js';
import type { TablesWish } from '../parquet/table-folder.js';
import type { FrameObserver } from './frame-observer.js';

/** Paths of the outputs; null for those not wanted. */
export interface OutputPaths {
  /** Frames that leave: .pcap, .pcapng, a folder/, or '-'. */
  readonly output: string | null;
  /** pcapng of the received frames that did not leave, each with its reason as a comment. */
  readonly drops: string | null;
  /** JSON lines, one verdict per received frame. */
  readonly verdicts: string | null;
  /** Folder of Parquet tables. */
  readonly tables?: TablesWish | null;
  /** `show trace` text of the frames. */
  readonly trace?: TraceOutput | null;
  /** The state of the node at the end, for `--state`. */
  readonly savedState?: string | null;
}

/** What the outputs are to hold. */
export interface OutputWishes extends OutputPaths {
  /** Each received frame before what it made leave, with its end in its comment where it did not leave; `output` is a pcapng then. */
  readonly both?: boolean;
  /** Comments name the nodes that each frame visited. */
  readonly commentPaths?: boolean;
  /** Frames run together: what leaves belongs to none of a batch. */
  readonly vectors?: VectorRule;
  /** Outputs get their names only once they are on the disk. */
  readonly sync?: boolean;
  /** Looks at each frame. */
  readonly observer?: FrameObserver;
  /** Name and version of the program, for the outputs. */
  readonly application?: string;
  /** The script's path. */
  readonly configuration: string;
  /** Paths of the captures. */
  readonly inputs: readonly string[];
}
