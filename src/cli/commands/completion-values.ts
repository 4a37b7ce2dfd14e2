/** Values that completion offers. What makes them is loaded where they are asked for. */

import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';

/** The last of a list with commas, with what stands before it. */
function listItems(current: string, names: readonly string[]): string[] {
  const before = current.slice(0, current.lastIndexOf(',') + 1);
  return names.map((name) => `${before}${name}`);
}

async function allFields(): Promise<string[]> {
  const { FIELDS } = await import('../../verify/packet/field-table.js');
  return FIELDS.map(({ name }) => name);
}

export const fieldNames = async (current: string): Promise<string[]> => listItems(current, await allFields());

/** Each with the `=` before its mask. */
export const maskNames = async (current: string): Promise<string[]> =>
  listItems(
    current,
    (await allFields()).map((name) => `${name}=`),
  );

export async function nodeNames(current: string): Promise<string[]> {
  const [{ DEFAULT_RELEASE }, { createTables, nodesOf }] = await Promise.all([
    import('../../releases/releases.js'),
    import('../../pipeline/engine/plugin.js'),
  ]);
  return listItems(
    current,
    nodesOf(createTables(DEFAULT_RELEASE)).map(({ name }) => name),
  );
}

export const reporterNames = async (): Promise<string[]> =>
  Object.keys((await import('../../regression/reporters/registry.js')).REPORTERS);

export const deviceNames = (): string[] => Object.keys(networkInterfaces());

/** The node's interfaces, each with `=`, where no file begins like the word. @param before may name the configuration */
export async function captureNames(current: string, before: readonly string[]): Promise<string[]> {
  if (current === '' || current.includes('=')) return [];
  try {
    const files = readdirSync(dirname(`${current}x`));
    if (files.some((file) => file.startsWith(current.slice(current.lastIndexOf('/') + 1)))) return [];
  } catch {
    // No such folder: it is no file's name.
  }
  const [{ readScript }, { viewOf }] = await Promise.all([
    import('../common/read-script.js'),
    import('../../config/node-view.js'),
  ]);
  const valueOf = (...names: string[]): string | undefined => {
    const option = before.findIndex((word) => names.includes(word));
    return option < 0 ? undefined : before.at(option + 1);
  };
  try {
    const given = { config: valueOf('-c', '--config'), release: valueOf('--release') };
    const { interfaces } = viewOf(readScript({ ...given, lenient: true, showsUnmodelled: true }));
    return interfaces.slice(1).map(({ name }) => `${name}=`);
  } catch {
    return []; // a configuration with errors has no interfaces that could be offered
  }
}
