/**
 * A script as its reader thinks of it, for `vppcap config`: made from the commands alone, in words and names. Each plugin adds
 * its part, to the types by declaration merging; none decides anything about frames.
 */

import type { SourceLocation } from './config-error.js';

export interface InterfaceView {
  readonly swIfIndex: number;
  name: string;
  readonly device: string;
  mac: string | null;
  up: boolean;
}

export interface NodeView {
  readonly file: string;
  readonly interfaces: InterfaceView[];
  /** Other settings, by what they are called. */
  readonly options: Record<string, number | string>;
  readonly notes: readonly ScriptNote[];
}

/** A line of a script that is no command to be modelled and no error either. */
export interface ScriptNote {
  readonly at: SourceLocation;
  readonly text: string;
  /** A command of VPP that leaves packets alone, one that is not modelled, a section of startup.conf, or what a terminal shows beside commands. */
  readonly kind: 'refused' | 'without effect' | 'not modelled' | 'startup.conf' | 'no command';
  /** What else there is to know, or empty. */
  readonly remark: string;
}

/** A line of a section: cells to be aligned with those of other lines, or a text. */
export type ShownRow = string | readonly string[];

/** A plugin's part of the view. Where it stands follows from `order`, smallest first. */
export interface ViewPart {
  /** Its part of a node that no command has changed, and of such an interface. */
  readonly node?: () => Partial<NodeView>;
  readonly interface?: () => Partial<InterfaceView>;
  /** Words of the first line. */
  readonly headline?: { readonly order: number; readonly text: (view: NodeView) => string };
  readonly columns?: readonly {
    readonly order: number;
    readonly title: string;
    readonly cell: (entry: InterfaceView) => string;
  }[];
  /** Sections; rows under the same title make one. */
  readonly sections?: readonly {
    readonly order: number;
    readonly title: string;
    readonly rows: (view: NodeView) => readonly ShownRow[];
  }[];
}

export class NodeViewBuilder {
  readonly view: NodeView;

  constructor(
    file: string,
    notes: readonly ScriptNote[],
    private readonly parts: readonly ViewPart[],
  ) {
    this.view = { file, interfaces: [], options: {}, notes } as Partial<NodeView> as NodeView;
    for (const { node } of parts) Object.assign(this.view, node?.());
    this.addInterface('local0', 'local', null);
  }

  addInterface(name: string, device: string, mac: string | null): void {
    const { interfaces } = this.view;
    const entry: Partial<InterfaceView> = { swIfIndex: interfaces.length, name, device, mac, up: false };
    interfaces.push(Object.assign(entry, ...this.parts.map((part) => part.interface?.())) as InterfaceView);
  }

  /** Does nothing for an interface that does not exist: applying reports it. */
  change(name: string, change: (entry: InterfaceView) => void): void {
    const entry = this.view.interfaces.find((candidate) => candidate.name === name);
    if (entry) change(entry);
  }

  /** The name of a new interface: the first of stem0, stem1, ... that is free, where no number is given. */
  numbered(stem: string, instance: number | null): string {
    let free = 0;
    while (this.view.interfaces.some(({ name }) => name === `${stem}${String(free)}`)) free++;
    return `${stem}${String(instance ?? free)}`;
  }
}

/** Removes the first element that the predicate takes. */
export function removeFirst<T>(list: T[], isIt: (element: T) => boolean): void {
  const index = list.findIndex(isIt);
  if (index >= 0) list.splice(index, 1);
}

/** Columns as wide as their widest cell; the last one is not padded. */
export function aligned(rows: readonly ShownRow[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    if (typeof row !== 'string')
      row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows.map((row) =>
    typeof row === 'string'
      ? row
      : row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
  );
}

/** Values of a cell, or a dash for none. */
export const orDash = (texts: readonly (string | number)[]): string => (texts.length === 0 ? '-' : texts.join(', '));
