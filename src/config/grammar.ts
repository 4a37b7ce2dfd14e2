/**
 * All commands, as trees of their words. As in VPP, a word may be abbreviated as far as it stays unique among the words
 * that may stand in its place (`set int state`), which is why a tree knows commands that are not modelled as well.
 * VPP 19.08 src/vlib/cli.c
 */

import type { CommandRow, VppCommand } from '../pipeline/command/command-row.js';
import { hasCommand, type Release } from '../releases/release.js';
import { vppCommands } from '../releases/vpp-commands.js';

/** What a line that begins with these words is: a modelled command, one that VPP has beside it, or `exec`. */
export type Entry = CommandRow | { readonly path: string; readonly vpp: VppCommand } | typeof EXEC;

export interface CommandNode {
  readonly children: ReadonlyMap<string, CommandNode>;
  readonly entry: Entry | null;
  /** False for a word that only other releases have here: it makes no abbreviation ambiguous. */
  readonly isOfRelease: boolean;
}

interface GrowingNode extends CommandNode {
  readonly children: Map<string, GrowingNode>;
  entry: Entry | null;
  isOfRelease: boolean;
}

/** `exec FILE` is for the reader of scripts, which knows where files are. */
export const EXEC = { path: 'exec' } as const;

export const isModelled = (entry: Entry | null): entry is CommandRow => entry !== null && 'read' in entry;

const newNode = (isOfRelease: boolean): GrowingNode => ({ children: new Map(), entry: null, isOfRelease });

/** The node of a path below `root`, made where it is not there; null where a modelled command reads all behind its own words. */
function grow(root: GrowingNode, path: string, isOfRelease: boolean): GrowingNode | null {
  let node = root;
  for (const text of path.split(' ')) {
    if (isModelled(node.entry)) return null;
    let child = node.children.get(text);
    if (!child) node.children.set(text, (child = newNode(isOfRelease)));
    child.isOfRelease ||= isOfRelease;
    node = child;
  }
  return node;
}

function plant(rows: readonly Entry[]): GrowingNode {
  const root = newNode(true);
  for (const row of rows) {
    const node = grow(root, row.path, true);
    if (node) node.entry = row;
  }
  return root;
}

export class Grammar {
  readonly modelled: CommandNode;
  /** The row of a modelled command, by its words in full. */
  readonly rowOf: ReadonlyMap<string, CommandRow>;
  /** Commands in comments, by their words; and of these, what holds from the start. */
  readonly directives: ReadonlyMap<string, CommandRow>;
  readonly startup: ReadonlySet<CommandRow>;
  private readonly rows: readonly Entry[];
  private everything: CommandNode | null = null;

  constructor(readonly release: Release) {
    const { plugins, without } = release;
    const isOfRelease = ({ path }: CommandRow): boolean => !without.includes(path);
    const rows = plugins.flatMap(({ commands = [] }) => commands).filter(isOfRelease);
    const startup = plugins.flatMap((plugin) => plugin.startup ?? []).filter(isOfRelease);
    const directives = [...plugins.flatMap((plugin) => plugin.directives ?? []), ...startup];
    this.rows = [...rows, EXEC];
    this.modelled = plant(this.rows);
    this.rowOf = new Map(rows.map((row) => [row.path, row]));
    this.directives = new Map(directives.map((row) => [row.path, row]));
    this.startup = new Set(startup);
  }

  /** What is modelled, and what VPP has beside it: for words that are abbreviated, or not modelled. */
  get all(): CommandNode {
    return (this.everything ??= this.plantAll());
  }

  /** Where modelled commands begin with the words of another, theirs is the word that decides. */
  private plantAll(): GrowingNode {
    const root = plant(this.rows);
    const modelled = this.rows.map(({ path }) => `${path} `);
    for (const vpp of vppCommands()) {
      const node = grow(root, vpp.path, hasCommand(this.release, vpp));
      if (node && !node.entry && !modelled.some((path) => path.startsWith(`${vpp.path} `)))
        node.entry = { path: vpp.path, vpp };
    }
    return root;
  }
}

const grammars = new WeakMap<Release, Grammar>();

export function grammarOf(release: Release): Grammar {
  const known = grammars.get(release) ?? new Grammar(release);
  grammars.set(release, known);
  return known;
}

/** The children of `node` that `text` names or abbreviates; a word in full is only itself. */
export function childrenNamed(node: CommandNode, text: string): readonly [string, CommandNode][] {
  const exact = node.children.get(text);
  if (exact) return [[text, exact]];
  const named = [...node.children].filter(([name]) => name.startsWith(text));
  const ofRelease = named.filter(([, child]) => child.isOfRelease);
  return ofRelease.length > 0 ? ofRelease : named;
}
