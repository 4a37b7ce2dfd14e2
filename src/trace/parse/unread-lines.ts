/**
 * Lines of known nodes that none of their templates matches: what the text says there is not used, so the text is not understood as a
 * whole. Prose between packets is none of them.
 */

import type { TextLine } from './lines.js';
import type { NodeRole } from '../../pipeline/engine/trace/node-trace.js';
import { roleOf } from './nodes.js';
import type { NodeRecord } from './trace-record.js';

/** Drivers say much that decides nothing, and so do the nodes that send. */
const UNUSED: ReadonlySet<NodeRole> = new Set(['device', 'relay', 'tx', 'other']);

export class UnreadLines {
  private readonly lines: TextLine[] = [];
  /** Lines behind the last one that was understood: the node's, or prose behind the packet. */
  private pending: TextLine[] = [];
  /** So many of them stand before the first empty line. */
  private adjoining: number | null = null;

  /** A line that no template matches. */
  add(line: TextLine, { node }: NodeRecord): void {
    if (node !== null && !UNUSED.has(roleOf(node))) this.pending.push(line);
  }

  /** An empty line. */
  pause(): void {
    this.adjoining ??= this.pending.length;
  }

  /** The packet goes on, so what stood before was its own. */
  goOn(): void {
    this.lines.push(...this.pending);
    this.pending = [];
    this.adjoining = null;
  }

  /** The packet ends. Of what stood last, its own is what is indented and follows without an empty line. */
  endPacket(): void {
    const own = this.pending.slice(0, this.adjoining ?? this.pending.length);
    this.pending = own.filter(({ indentation }) => indentation > 0);
    this.goOn();
  }

  end(): readonly TextLine[] {
    this.endPacket();
    return this.lines;
  }
}
