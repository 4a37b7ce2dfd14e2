/**
 * What commands touched that are not modelled, where a script is taken leniently: packets that would meet it end there, since nobody
 * knows what VPP would do with them.
 */

import { interfaceColumn } from './interface-table.js';

declare module '../tables.js' {
  interface Tables {
    /** Null where a command that is not modelled is an error. */
    notModelled: NotModelled | null;
  }
}

/** A line that VPP refuses. */
export interface RefusedCommand {
  readonly text: string;
  readonly at: { readonly file: string; readonly line: number; readonly column: number };
  /** As the error says it. */
  readonly why: string;
}

/** A command that is not modelled. */
export interface UnmodelledCommand extends RefusedCommand {
  /** What it touches, in words. */
  readonly touches: readonly string[];
}

export interface TouchedPrefix {
  readonly address: number;
  readonly mask: number;
  readonly command: number;
}

/** Commands are numbers: places in `commands`; -1 for none. */
export class NotModelled {
  readonly commands: UnmodelledCommand[] = [];
  /** What VPP refuses: it is kept out, as in VPP. */
  readonly refused: RefusedCommand[] = [];
  /** By sw_if_index: all packets of the interface, and those of IPv6 alone. */
  readonly interfaceOf = interfaceColumn(-1);
  readonly ip6Of = interfaceColumn(-1);
  /** Destinations of IPv4 packets that are looked up, and of those that reach the node itself. */
  readonly destinations: TouchedPrefix[] = [];
  readonly local: TouchedPrefix[] = [];
  readonly etherTypes = new Map<number, number>();
  /** Routes, by the 'file:line' of their commands. */
  readonly routes = new Map<string, number>();
  /** Every packet. */
  everything = -1;
  private readonly nodes: { readonly pattern: RegExp; readonly command: number }[] = [];

  /** Of a line that makes several commands, the first is enough. */
  refuse(command: RefusedCommand): void {
    const last = this.refused.at(-1)?.at;
    if (last?.line !== command.at.line || last.file !== command.at.file) this.refused.push(command);
  }

  touchNodes(pattern: RegExp, command: number): void {
    this.nodes.push({ pattern, command });
  }

  /** The command that touched a node of that name; -1 for none. */
  ofNode(name: string): number {
    return this.nodes.find(({ pattern }) => pattern.test(name))?.command ?? -1;
  }

  /** The cause of a packet's end. */
  causeOf(command: number): string {
    const { text, at } = this.commands[command];
    return `not modelled: "${text}" (${at.file}:${at.line})`;
  }
}

/** The command that touched an address; -1 for none. */
export function touchedBy(prefixes: readonly TouchedPrefix[], address: number): number {
  for (const prefix of prefixes) if ((address & prefix.mask) === prefix.address) return prefix.command;
  return -1;
}
