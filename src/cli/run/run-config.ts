/** Shows the node of a script as the command line asks for it. */

import { applyScript } from '../../config/apply.js';
import { viewOf } from '../../config/node-view.js';
import { showNode } from '../../config/show.js';
import type { ConfigArguments } from '../commands/captures.js';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { printResult } from '../print.js';
import { readScript } from '../common/read-script.js';

/** Checks a script and prints the node it builds. Returns the exit code. Throws ConfigError with what is wrong with the script. */
export function showConfig({ script, release, json, verbose }: ConfigArguments): number {
  const parsed = readScript({ config: script, release });
  // What reads well may still name an interface that is not there: building the tables finds that.
  applyScript(parsed);
  const view = viewOf(parsed);
  printResult(json, view, [showNode(view, parsed.release, verbose).trimEnd()]);
  return EXIT_SUCCESS;
}
