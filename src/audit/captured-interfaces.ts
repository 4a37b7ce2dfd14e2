/**
 * Which interfaces of the node the captures are of. What leaves by another one is not seen, and what came by it may be what the
 * node sent something for: neither can be judged.
 */

import { mayBeCaptured } from '../dataplane/interface-assignment.js';
import type { Reception } from '../dataplane/ingress.js';
import type { Interface } from '../pipeline/engine/state/interface-table.js';
import type { Tables } from '../pipeline/engine/tables.js';

export class CapturedInterfaces {
  /** By sw_if_index: 1 where the captures name the interface, and where they have a frame of it. */
  private readonly isNamed: Uint8Array;
  private readonly isSeen: Uint8Array;
  /** A capture does not say which interface it is of. */
  private hasUnnamed = false;
  /** A dispatch trace is of the whole node. */
  isWhole = false;

  constructor(private readonly tables: Tables) {
    const { length } = tables.interfaces.isUpOf;
    this.isNamed = new Uint8Array(length);
    this.isSeen = new Uint8Array(length);
  }

  /** The captures name an interface, by INTERFACE=FILE. */
  name(swIfIndex: number): void {
    this.isNamed[swIfIndex] = 1;
  }

  /** A capture is read whose interfaces are bound like this. */
  read({ bindings }: Reception): void {
    for (const { swIfIndex } of bindings)
      if (swIfIndex < 0) this.hasUnnamed = true;
      else this.name(swIfIndex);
  }

  /** A frame came or left by an interface; nothing for -1. */
  see(swIfIndex: number): void {
    if (swIfIndex >= 0) this.isSeen[swIfIndex] = 1;
  }

  /** Interfaces that the captures are taken to be of though they have no frame of them, by name. */
  get silent(): string[] {
    const { missing } = this;
    const silent = this.ports.filter(({ swIfIndex: port }) => this.isSeen[port] === 0 && !missing.has(port));
    return this.isWhole ? [] : silent.map(({ name }) => name);
  }

  private get ports(): Interface[] {
    const { all, isUpOf } = this.tables.interfaces;
    return all.filter((port) => mayBeCaptured(port) && isUpOf[port.swIfIndex] === 1);
  }

  /**
   * The interfaces that the captures are not of, by sw_if_index. Captures that do not name theirs are of all where they have frames
   * of several.
   */
  get missing(): ReadonlySet<number> {
    const { ports } = this;
    const missing = ports.filter(({ swIfIndex: port }) => this.isNamed[port] + this.isSeen[port] === 0);
    const isOfAll = this.isWhole || (this.hasUnnamed && ports.length - missing.length > 1);
    return new Set(isOfAll ? [] : missing.map(({ swIfIndex }) => swIfIndex));
  }
}
