/**
 * A node configuration to start from: what the trace shows of interfaces, neighbours, routes, tunnels, ACLs and NAT, each with its
 * line. Where VPP cannot do without something that no trace shows, a placeholder stands in, and says so.
 */

import { applyScript } from '../../config/apply.js';
import type { NodeScript } from '../../config/node-script.js';
import { ConfigErrors, type ConfigError } from '../../pipeline/command/config-error.js';
import { parseScript } from '../../config/parse-script.js';
import { DEFAULT_RELEASE } from '../../releases/releases.js';
import type { ImportedTrace } from './imported-trace.js';
import { interfaceNames } from './interface-names.js';
import { aclCommands } from './starting-acls.js';
import { natCommands } from './starting-nat.js';
import { tracedRelease } from './traced-release.js';
import { forwardingCommands, interfaceCommands } from './starting-interfaces.js';

/** The text of node.vpp. @param source what the trace was read from */
export function startingNode(trace: ImportedTrace, source: string): string {
  const names = interfaceNames(trace);
  const release = tracedRelease(trace);
  const { startup, commands: nat } = natCommands(trace, names, release);
  const sections: [string, string[]][] = [
    ['Interfaces, in the order of their numbers as far as the trace has them.', interfaceCommands(trace, names)],
    [
      'Neighbours and routes. Of a route only the traced destination is known, not the prefix.',
      forwardingCommands(trace, names, release),
    ],
    [
      'ACLs. Only the rules that matched are known, and of them only the packets: they are written as narrow as these allow. Rules that ' +
        'did not match stand as "deny src 255.255.255.255/32 dst 255.255.255.255/32", which matches nothing.',
      aclCommands(trace, names),
    ],
    ['NAT44.', nat],
  ];
  const head = [
    `# Made by vppcap import from ${source}: what its packets show, and no more. A number behind "#" is the line of the trace.`,
    '# Replace what is marked as a placeholder, and add what the traced packets did not need.',
    ...(release === DEFAULT_RELEASE ? [] : [`# release: ${release.name}`]),
    ...startup,
  ];
  const body = sections.flatMap(([title, lines]) => (lines.length === 0 ? [] : ['', ...wrapComment(title), ...lines]));
  return withoutContradictions([...head, ...body, '']).join('\n');
}

/** Packets of several nodes, or of one that changed, may ask for what no node can be: then the first of them is right. */
function withoutContradictions(lines: readonly string[]): string[] {
  const kept = [...lines];
  const leaveOut = ({ at, message }: ConfigError): void => {
    const reason = message.replace(/^:\d+:\d+: /, '');
    kept[at.line - 1] = `# left out: ${kept[at.line - 1].replace(/^# /, '')} (${reason})`;
  };
  const read = (): NodeScript => parseScript(kept.join('\n'), '');
  try {
    read();
  } catch (error) {
    if (!(error instanceof ConfigErrors)) throw error;
    error.errors.forEach(leaveOut);
  }
  applyScript(read(), leaveOut);
  return kept;
}

const COLUMNS = 118;

function wrapComment(text: string): string[] {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    if (`${lines[lines.length - 1]} ${word}`.length > COLUMNS) lines.push('#');
    lines[lines.length - 1] += ` ${word}`;
  }
  return lines;
}
