/** `vppcap test --watch`: runs cases again when their files change. */

import { resolve, sep } from 'node:path';
import { watch } from 'chokidar';
import type { FoundCase } from './case/find-cases.js';

/** Editors write a file in several steps; changes this close together are one. */
const QUIET_MILLISECONDS = 150;

/**
 * Watches folders for ever. `choose` finds the cases as they are now; `run` gets those whose folders have changes, or all
 * where a change lies in no case's folder. `isReady` is called once changes are seen.
 */
export async function watchSuite(
  folders: readonly string[],
  choose: () => FoundCase[],
  run: (cases: FoundCase[]) => Promise<void>,
  isReady: () => void,
): Promise<never> {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  return new Promise<never>((_, reject) => {
    const runChanged = async (): Promise<void> => {
      const paths = [...changed];
      changed.clear();
      const cases = choose();
      const isIn = (path: string, { folder }: FoundCase): boolean => path.startsWith(resolve(folder) + sep);
      const isOfCase = (path: string): boolean => cases.some((one) => isIn(path, one));
      const affected = paths.every(isOfCase) ? cases.filter((one) => paths.some((path) => isIn(path, one))) : cases;
      if (affected.length > 0) await run(affected);
    };
    const note = (path: string): void => {
      changed.add(resolve(path));
      clearTimeout(timer);
      timer = setTimeout(() => {
        running = running.then(runChanged).catch(reject);
      }, QUIET_MILLISECONDS);
    };
    watch([...folders], { ignoreInitial: true, ignored: (path) => path.endsWith('.partial') })
      .on('all', (_event, path) => note(path))
      .on('ready', isReady)
      .on('error', reject);
  });
}
