/**
 * All commands, as trees of their words. As in VPP, a word may be abbreviated as far as it stays unique among the words
 * that may stand in its place (`set int state`), which is why a tree knows commands that are not modelled as well.
 * VPP 19.08 src/vlib/cli.c
 */

import type { CommandRow } from '../pipeline/command/command-row.js';
import { DEFAULT_RELEASE } from '../releases/releases.js';
import { vppCommands } from './vpp-commands.js';

export interface CommandNode {
  readonly children: ReadonlyMap<string, CommandNode>;
  readonly row: CommandRow | null;
  /** False for a word that only releases after 19.08 have here: it makes no abbreviation ambiguous. */
  readonly isOfRelease: boolean;
}

interface GrowingNode extends CommandNode {
  readonly children: Map<string, GrowingNode>;
  row: CommandRow | null;
  isOfRelease: boolean;
}

const newNode = (isOfRelease: boolean): GrowingNode => ({ children: new Map(), row: null, isOfRelease });

/** The node of a path below `root`, made where it is not there; null where a modelled command reads all behind its own words. */
function grow(root: GrowingNode, path: string, isOfRelease: boolean): GrowingNode | null {
  let node = root;
  for (const text of path.split(' ')) {
    if (node.row?.read) return null;
    let child = node.children.get(text);
    if (!child) node.children.set(text, (child = newNode(isOfRelease)));
    child.isOfRelease ||= isOfRelease;
    node = child;
  }
  return node;
}

/** `exec FILE` is for the reader of scripts, which knows where files are. */
export const EXEC = 'exec';

const MODELLED: readonly CommandRow[] = [
  ...DEFAULT_RELEASE.plugins.flatMap(({ commands = [] }) => commands),
  { path: EXEC, read: null },
];

function plantModelled(): GrowingNode {
  const root = newNode(true);
  for (const row of MODELLED) {
    const node = grow(root, row.path, true);
    if (node) node.row = row;
  }
  return root;
}

/** VPP's commands beside the modelled ones. Where modelled commands begin with the words of another, theirs is the word that decides. */
function plantAll(): GrowingNode {
  const root = plantModelled();
  const modelled = MODELLED.map(({ path }) => `${path} `);
  for (const vpp of vppCommands()) {
    const node = grow(root, vpp.path, vpp.release !== '26.06');
    if (node && !node.row && !modelled.some((path) => path.startsWith(`${vpp.path} `)))
      node.row = { path: vpp.path, read: null, vpp };
  }
  return root;
}

/** What is modelled. */
export const modelledCommands: CommandNode = plantModelled();

let all: CommandNode | null = null;

/** What is modelled, and what VPP has beside it: for words that are abbreviated, or not modelled. */
export const allCommands = (): CommandNode => (all ??= plantAll());

/** The children of `node` that `text` names or abbreviates; a word in full is only itself. */
export function childrenNamed(node: CommandNode, text: string): readonly [string, CommandNode][] {
  const exact = node.children.get(text);
  if (exact) return [[text, exact]];
  const named = [...node.children].filter(([name]) => name.startsWith(text));
  const ofRelease = named.filter(([, child]) => child.isOfRelease);
  return ofRelease.length > 0 ? ofRelease : named;
}
