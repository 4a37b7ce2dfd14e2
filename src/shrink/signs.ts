/** What becomes of a frame, as text: a sign that another run shows it again. */

import { Disposition } from '../dataplane/dataplane.js';
import { decisionsAbout } from '../explain/decisions.js';
import { drawnEnd } from '../diff/port-bindings.js';
import type { ChangeGroup } from '../diff/findings.js';
import type { Side } from '../diff/side.js';
import { ip4At } from '../wire/decode.js';
import * as ip4 from '../wire/ip4.js';

/** Of a frame that is dropped: by what. Null for another one, and where no reason has the text in it. */
export function dropSign(side: Side, text: string | null): string | null {
  if (!isDropped(side)) return null;
  const { frame, graph } = side.dataplane;
  const reasons = [side.cause, graph.errors.names[frame.error]];
  const isMeant = text === null || reasons.some((reason) => reason.toLowerCase().includes(text.toLowerCase()));
  return isMeant ? droppedBy(side) : null;
}

/** All of a frame's fate: its end, and the bytes of what left, but for ports that NAT44 draws: these depend on what came before. */
export function fateSign(side: Side): string {
  const sent = side.sent.slice(0, side.sentCount).map((packet) => {
    const { view, length } = packet;
    const bytes = Buffer.from(packet.content);
    if (drawnEnd(side.tables, view, length) >= 0) {
      const l3 = ip4At(view, 0, length);
      const l4 = l3 + ip4.headerLength(view, l3);
      const [port, sum] = DRAWN[ip4.protocol(view, l3)] ?? [0, 0];
      bytes.fill(0, l4 + port, l4 + port + 2).fill(0, l4 + sum, l4 + sum + 2);
    }
    return `${side.interfaceName(packet.swIfIndex)} ${bytes.toString('hex')}`;
  });
  return [side.passes ? 'passes' : droppedBy(side), ...sent].join('\n');
}

/** Of a frame whose fate differs between two nodes: how, by which nodes, and by what the one drops it. */
export const changeSign = ({ kind, before: was, after: is }: ChangeGroup, before: Side, after: Side): string =>
  [kind, was.node, is.node, ...[before, after].filter(isDropped).map(droppedBy)].join('\n');

/** Where in a header the port or identifier is that NAT44 draws, and the checksum. */
const DRAWN: Readonly<Record<number, readonly [number, number] | undefined>> = {
  [ip4.PROTOCOL_TCP]: [0, 16],
  [ip4.PROTOCOL_UDP]: [0, 6],
  [ip4.PROTOCOL_ICMP]: [4, 2],
};

function isDropped({ leftOut, passes, dataplane: { disposition } }: Side): boolean {
  return leftOut === null && !passes && (disposition === Disposition.Dropped || disposition === Disposition.Punted);
}

/** `nat44-out2in/no-session`: what ended the frame, as its node names it; null where no node says. */
function causeName({ leftOut, causeIndex, dataplane: { graph } }: Side): string | null {
  if (leftOut !== null || causeIndex === 0) return null;
  return `${graph.causeNodes[causeIndex]}/${graph.causeSymbols[causeIndex].toLowerCase().replaceAll('_', '-')}`;
}

/** The cause, or the reason where no node names one; with the rule that denies it. */
function droppedBy(side: Side): string {
  const { steps, tables, dataplane } = side;
  if (side.leftOut !== null) return side.leftOut;
  const cause = causeName(side) ?? side.cause;
  const last = decisionsAbout(steps, 0, dataplane.frame.number, ['acl']).at(-1);
  if (last?.data['action'] !== 'deny') return cause;
  const { acl, rule } = last.data;
  const denied = typeof acl === 'number' && typeof rule === 'number' ? tables.acl.acls[acl].rules[rule].text : '';
  return `${cause} ${denied}`;
}
