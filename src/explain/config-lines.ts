/** From a place in a script to the command that stands there. */

import type { NodeScript } from '../config/node-script.js';

export interface ConfigLine {
  readonly file: string;
  readonly line: number;
  /** The command, shortened. */
  readonly text: string;
}

const LONGEST = 120;

export class ConfigLines {
  constructor(private readonly script: NodeScript) {}

  /** @param origin 'file:line', as tables keep it */
  at(origin: string): ConfigLine | null {
    const colon = origin.lastIndexOf(':');
    const [file, line] = [origin.slice(0, colon), Number(origin.slice(colon + 1))];
    const command = this.script.commands.find(({ at }) => at.file === file && at.line === line);
    return command ? { file, line, text: shorten(command.text) } : null;
  }
}

const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 2)} …` : text);
