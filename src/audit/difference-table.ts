/** The table of what is not as expected: a row for each difference, written as it is found. */

import type { NodeScript } from '../config/node-script.js';
import { configLine } from '../explain/frame-explainer.js';
import { commandCells, type TableFolder } from '../parquet/table-folder.js';
import type { Marked } from './findings/group.js';

export class DifferenceTable {
  constructor(
    readonly folder: TableFolder,
    private readonly script: NodeScript,
  ) {}

  /** Throws OutputError. */
  mark({ group: { kind, cause, node, origin }, expected, sent, example, decision }: Marked): void {
    const { folder, script } = this;
    const timed = sent ?? expected;
    if (timed !== null) folder.turnTo(timed.seconds);
    const { frame, sent: sentName, interface: on, expected: model, actual, fields, detail } = example;
    folder
      .of('differences')
      .add(
        ...[folder.run, kind, cause, timed === null ? null : timed.microseconds, frame, sentName, on, model, actual],
        ...[JSON.stringify(fields), detail, node, decision, ...commandCells(configLine(script, origin))],
      );
  }
}
