/** Nodes as they are where a script is taken leniently: before its work, each asks whether a command that is not modelled decides here. */

import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import { end, type AnyNode } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Interface } from '../engine/state/interface-table.js';
import { touchedBy, type NotModelled } from '../engine/state/not-modelled.js';
import type { Tables } from '../engine/tables.js';

/** Which command decides about the packet at a node; -1 for none. */
type Question = (b: PacketBuffer, touched: NotModelled, tables: Tables) => number;

const received: Question = ({ swIfIndexRx }, { interfaceOf }) => interfaceOf[swIfIndexRx];

const receivedIp6: Question = ({ swIfIndexRx }, { interfaceOf, ip6Of }) =>
  interfaceOf[swIfIndexRx] >= 0 ? interfaceOf[swIfIndexRx] : ip6Of[swIfIndexRx];

/** The EtherType behind the tags of a frame that begins at `at`. */
const innerType = (view: DataView, at: number): number =>
  view.getUint16(at + ethernet.taggedHeaderLength(view, at) - 2);

const sent: Question = ({ view, at, swIfIndexTx }, { interfaceOf, ip6Of }) => {
  const ofAll = interfaceOf[swIfIndexTx];
  return ofAll < 0 && ip6Of[swIfIndexTx] >= 0 && innerType(view, at) === ethernet.TYPE_IP6 ? ip6Of[swIfIndexTx] : ofAll;
};

const arrived: Question = ({ view, at }, { everything, etherTypes }) => {
  if (everything >= 0 || etherTypes.size === 0) return everything;
  return etherTypes.get(innerType(view, at)) ?? -1;
};

const lookedUp: Question = ({ view, at }, { destinations }) => touchedBy(destinations, ip4.destination(view, at));

const delivered: Question = ({ view, l3 }, { local }) => touchedBy(local, ip4.destination(view, l3));

/** The next hop is to be asked for first, on the adjacency's interface. */
const askedFor: Question = ({ adjIndexTx }, { interfaceOf }, { ip4 }) =>
  interfaceOf[ip4.adjacencies.swIfIndex[adjIndexTx]];

/** What is asked at a node, by its name. */
const QUESTIONS: ReadonlyMap<string, Question> = new Map([
  ['ethernet-input', arrived],
  ['arp-input', received],
  ['ip4-input', received],
  ['ip6-input', receivedIp6],
  ['l2-input', received],
  ['mpls-input', received],
  ['ip4-lookup', lookedUp],
  ['ip4-arp', askedFor],
  ['ip4-glean', askedFor],
  ['ip4-udp-lookup', delivered],
  ['ip4-punt', delivered],
]);

const causeText = ({ causeArg0 }: PacketBuffer, { notModelled }: Tables): string =>
  notModelled?.causeOf(causeArg0) ?? 'not modelled: a command';

/** The node, asking before its work. `owner` has it as a node of its own. */
export function guarded(node: AnyNode, { notModelled: touched }: Tables, owner: Interface | null): AnyNode {
  if (touched === null) return node;
  const isOutput = owner !== null && node.name === `${owner.name}-output`;
  const question = isOutput ? sent : QUESTIONS.get(node.name);
  return {
    ...node,
    next: { ...node.next, END_NOT_MODELLED: 'error-drop' },
    causes: { ...node.causes, COMMAND_NOT_MODELLED: causeText },
    create: (context) => {
      const { tables, cause, next } = context;
      const work = node.create(context);
      let ofNode = touched.ofNode(node.name);
      tables.configured.listen(() => (ofNode = touched.ofNode(node.name)));
      return (b) => {
        const command = ofNode >= 0 || question === undefined ? ofNode : question(b, touched, tables);
        if (command < 0) return work(b);
        b.causeArg0 = command;
        b.causeArg1 = -1;
        return end(b, b.error, cause['COMMAND_NOT_MODELLED'], next['END_NOT_MODELLED']);
      };
    },
  };
}
