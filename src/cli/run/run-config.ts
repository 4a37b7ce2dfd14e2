/** Shows the node of a script as the command line asks for it. */

import { applyScript } from '../../config/apply.js';
import { viewOf } from '../../config/node-view.js';
import { showNode, touchedWords } from '../../config/show.js';
import type { ScriptNote } from '../../pipeline/command/node-view.js';
import type { ConfigArguments } from '../commands/captures.js';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { printResult } from '../print.js';
import { readScript } from '../common/read-script.js';

/** Checks a script and prints the node it builds. Returns the exit code. Throws ConfigError with what is wrong with the script. */
export function showConfig({ script, release, lenient, json, verbose }: ConfigArguments): number {
  const parsed = readScript({ config: script, release, lenient, showsUnmodelled: true });
  // What reads well may still name an interface that is not there: building the tables finds that.
  const { notModelled } = applyScript(parsed);
  const { commands = [], refused = [] } = notModelled ?? {};
  const notes: ScriptNote[] = [
    ...parsed.notes,
    ...refused.map(({ at, text, why }): ScriptNote => ({ at, text, kind: 'refused', remark: why })),
    ...commands.map(({ at, text, touches }): ScriptNote => ({
      at,
      text,
      kind: 'not modelled',
      remark: touchedWords(touches),
    })),
  ];
  const kept = parsed.commands.filter((command) => !refused.some(({ at }) => at === command.at));
  const view = viewOf({ ...parsed, commands: refused.length === 0 ? parsed.commands : kept, notes });
  printResult(json, view, [showNode(view, parsed.release, verbose).trimEnd()]);
  return EXIT_SUCCESS;
}
