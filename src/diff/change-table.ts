/** The table of what changes: a row for each flow, written at the first frame that fares otherwise. */

import { flowKeyOf } from '../outcome/flow-key.js';
import { commandCells, type TableFolder } from '../parquet/table-folder.js';
import type { Decided } from './decided.js';
import type { ReportedDecision } from './report.js';
import type { TwoNodes } from './two-nodes.js';

type DecisionOf = (decided: Decided) => ReportedDecision;

export function fillTable(folder: TableFolder, nodes: TwoNodes, before: DecisionOf, after: DecisionOf): void {
  const cells = ({ node, text, config }: ReportedDecision): (string | null)[] => [node, text, ...commandCells(config)];
  nodes.findings.mark = ({ group, example, received, rx }) => {
    const { seconds, nanoseconds } = nodes;
    const { protocol, source, destination } = flowKeyOf(received.view, 0, received.length);
    folder.turnTo(seconds);
    folder
      .of('changes')
      .add(
        ...[folder.run, group.kind, group.allowance?.reason ?? null, seconds * 1e6 + Math.floor(nanoseconds / 1000)],
        ...[example.frame, rx, protocol, source, destination, example.packet, example.before, example.after],
        ...[JSON.stringify(example.fields), ...cells(before(group.before)), ...cells(after(group.after))],
      );
  };
}
