/** Where a command's tables go, and of which node they are. */

import { basename, dirname, resolve } from 'node:path';
import type { TablesWish } from '../../parquet/table-folder.js';

/** @param script the node's, by whose name it goes where `--node` has none */
export const tablesWish = (
  { tables, node }: { readonly tables?: string | undefined; readonly node?: string | undefined },
  { file }: { readonly file: string },
): TablesWish | null => (tables === undefined ? null : { folder: tables, node: node ?? nodeNameOf(file) });

/** A script called node.vpp is in the node's folder; others have its name. */
const nodeNameOf = (file: string): string =>
  basename(file) === 'node.vpp' ? basename(dirname(resolve(file))) : basename(file, '.vpp');
