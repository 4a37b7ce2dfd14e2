/** What wordings look up, all of it as it is when the trace is printed. */

import type { Tables } from '../engine/tables.js';
import type { TraceWording } from './release-wording.js';

export interface TraceContext {
  /** How the release words what differs between releases. */
  readonly wording: TraceWording;
  readonly tables: Tables;
  /** 'node: reason' by error id. */
  readonly errorNames: readonly string[];
  /** Graph node names by index. */
  readonly nodeNames: readonly string[];
  /** Position of the trace among those in the buffer, from 0 (VPP's trace handle). */
  readonly handle: number;
}

/** Name of an interface. */
export const interfaceName = ({ tables }: TraceContext, swIfIndex: number): string =>
  tables.interfaces.all[swIfIndex]?.name ?? `DELETED (${swIfIndex})`;
