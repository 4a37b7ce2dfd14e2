/** A node's folder: its captures, its script and what is known of it, by the names of the files. */

import { readdirSync, statSync } from 'node:fs';
import { basename, join, normalize, posix, relative, resolve, sep } from 'node:path';
import { whyUnreadable } from '../capture/system-error.js';
import { UserError } from '../capture/user-error.js';
import { EXIT_USAGE } from '../capture/exit-codes.js';

export interface Bundle {
  /** Path below what all bundles have in common, with '/'. */
  readonly name: string;
  readonly folder: string;
}

/** What a bundle has, as paths. */
export interface BundleFiles {
  readonly captures: readonly string[];
  /** node.vpp, or the one script that there is; null where there is none. */
  readonly script: string | null;
  /** Text of show commands. */
  readonly shown: readonly string[];
  /** changes.vpp: what the node was given while frames arrived; null where there is none. */
  readonly changes: string | null;
  /** after.vpp: the script that the node is to get; null where there is none. */
  readonly after: string | null;
}

const CAPTURE = /\.(?:pcap|pcapng|cap|dmp)(?:\.gz)?$/i;
export const SCRIPT = 'node.vpp';
const SCRIPT_LIKE = /\.vpp$/i;
const CHANGES = 'changes.vpp';
export const AFTER = 'after.vpp';
const SHOWN = /\.txt$/i;

/** A folder that is no bundle. */
export class BundleError extends UserError {
  readonly exitCode = EXIT_USAGE;
}

/** A fleet: its nodes' folders, sorted by name. */
export interface Fleet {
  /** The folder that has them all. */
  readonly root: string;
  readonly bundles: readonly Bundle[];
}

export function fleetOf(folders: readonly string[]): Fleet {
  const given = new Map(folders.map((folder) => [resolve(folder), folder]));
  const parents = [...given.keys()].map((path) => path.split(sep).slice(0, -1));
  const shared = parents.reduce((common, path) => common.slice(0, commonLength(common, path)));
  const root = shared.join(sep) || sep;
  const bundles = [...given].map(([path, folder]) => ({
    name: relative(root, path).replaceAll(sep, posix.sep),
    folder: normalize(folder).replace(/(?<=.)[\\/]$/, ''),
  }));
  bundles.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { root: basename(root) || root, bundles };
}

const commonLength = (a: readonly string[], b: readonly string[]): number => {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? a.length : at;
};

/** Throws BundleError for a folder that cannot be read, has no capture, or several scripts of which none is node.vpp. */
export function filesOf({ folder }: Bundle): BundleFiles {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    throw new BundleError(`${folder}: ${whyUnreadable(error)}`);
  }
  const paths = (pattern: RegExp): string[] =>
    names.filter((name) => pattern.test(name)).map((name) => join(folder, name));
  const captures = paths(CAPTURE);
  if (captures.length === 0)
    throw new BundleError(`${folder}: no capture, expected files that end in .pcap, .pcapng or .gz of these`);
  const named = (name: string): string | null => (names.includes(name) ? join(folder, name) : null);
  const scripts = paths(SCRIPT_LIKE).filter((path) => ![CHANGES, AFTER].includes(basename(path)));
  const script = named(SCRIPT) ?? scripts.at(0) ?? null;
  if (scripts.length > 1 && basename(script ?? '') !== SCRIPT)
    throw new BundleError(
      `${folder}: ${scripts.map((path) => basename(path)).join(' and ')}, and none is called ${SCRIPT}`,
    );
  return { captures, script, shown: paths(SHOWN), changes: named(CHANGES), after: named(AFTER) };
}

/** Bytes of a bundle's captures, by which work is shared out; 1 where there is nothing to read. */
export function sizeOf(bundle: Bundle): number {
  try {
    return filesOf(bundle).captures.reduce((sum, path) => sum + statSync(path).size, 1);
  } catch {
    return 1;
  }
}
