/** How a node of a fleet came off, whatever was done with it. What is wrong with a bundle is its result, never an end of the run. */

import { EXIT_INTERNAL } from '../capture/exit-codes.js';
import { UserError } from '../capture/user-error.js';
import { parseChangesFile } from '../config/changes.js';
import type { NodeScript } from '../config/node-script.js';
import { TableFolder, type TablesCommand, type TablesWish } from '../parquet/table-folder.js';
import { filesOf, type Bundle, type BundleFiles } from './bundle.js';
import { scriptOf, type BundleOptions } from './bundle-script.js';

export interface NodeResult<Verdict extends string = string> {
  readonly name: string;
  readonly folder: string;
  readonly verdict: Verdict;
  /** Why it is broken, a sentence; null where it is not. */
  readonly error: string | null;
  /** What its show text lacks of the script that is made of it, a sentence each. */
  readonly notShown: readonly string[];
  /** The exit code of the command for this node alone. */
  readonly exitCode: number;
}

export const brokenNode = (
  { name, folder }: Bundle,
  error: string,
  exitCode = EXIT_INTERNAL,
): NodeResult<'broken'> => ({ name, folder, verdict: 'broken', error, notShown: [], exitCode });

/** Where a node's tables go; null for nowhere. */
export const tablesOf = ({ name }: Bundle, { tables }: Pick<BundleOptions, 'tables'>): TablesWish | null =>
  tables === undefined ? null : { folder: tables, node: name };

/** The result of work on a bundle; a broken one, which tables tell of, where the work rejects with a UserError. */
export async function resultOf<Result extends NodeResult>(
  bundle: Bundle,
  command: TablesCommand,
  tables: TablesWish | null,
  broken: (node: NodeResult<'broken'>) => Result,
  work: () => Promise<Omit<Result, 'name' | 'folder'>>,
): Promise<Result> {
  const { name, folder } = bundle;
  try {
    return { name, folder, ...(await work()) } as unknown as Result;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Where tables cannot be written, that is what it is broken by.
    if (tables !== null) await writeRun(tables, command, error).catch(() => undefined);
    return broken(brokenNode(bundle, error.message, error.exitCode));
  }
}

function writeRun(tables: TablesWish, command: TablesCommand, error: UserError): Promise<void> {
  const folder = new TableFolder(tables, [], false, command);
  folder.addRun({ release: null, verdict: 'broken', damage: [error], frames: 0, findings: 0 });
  return folder.close();
}

/** What captures that end early make of a verdict. */
export function judged<Verdict extends string>(
  verdict: Verdict,
  damage: readonly { readonly message: string }[],
): Pick<NodeResult<Verdict | 'broken'>, 'verdict' | 'error'> {
  return damage.length === 0
    ? { verdict, error: null }
    : { verdict: 'broken', error: damage.map(({ message }) => message).join('; ') };
}

interface NodeAsGiven {
  readonly files: BundleFiles;
  readonly script: NodeScript;
  readonly words: () => string;
  readonly notShown: readonly string[];
}

/** The node with what it was given meanwhile. Throws BundleError and ConfigError. */
export function nodeOf(bundle: Bundle, options: BundleOptions): NodeAsGiven {
  const files = filesOf(bundle);
  const { script, ...rest } = scriptOf(bundle, files, options);
  const changes = files.changes === null ? [] : parseChangesFile(files.changes, script);
  return { files, script: changes.length === 0 ? script : { ...script, changes }, ...rest };
}
