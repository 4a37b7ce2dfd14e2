/** Which decision of the model, and so which command, is behind a difference where what differs alone does not tell. */

import type { SentenceOf } from '../../explain/decisions.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import type { PacketEnds } from '../../pipeline/nat-common/state/nat-mode.js';
import { natProtocolOf } from '../../pipeline/nat-common/state/session-key.js';
import type { StaticMapping } from '../../pipeline/nat-common/state/static-mappings.js';
import { formatAddress } from '../../wire/address.js';
import * as ethernet from '../../wire/ethernet.js';
import type { CapturedFrame } from '../captured-frame.js';
import type { Story } from '../modelled-packet.js';
import { NEIGHBOUR_NODES } from '../assumptions.js';
import { PacketFacts } from '../packet-facts.js';

export const lastOf = (decisions: readonly SentenceOf[], step: string): SentenceOf | null =>
  decisions.findLast((one) => one.step === step) ?? null;

/** Commands behind what let a packet pass. */
export const waysOf = ({ decisions }: Story): string[] => [
  ...new Set(decisions.filter(({ step, origin }) => WAY.has(step) && origin !== '').map(({ origin }) => origin)),
];
const WAY = new Set(['acl', 'route', 'nat44']);

/** The node did not send what the model sends: of what let it pass, rules are what most likely does not do so there. */
export function behindLoss(story: Story, tables: Tables): SentenceOf | null {
  const { decisions } = story;
  const service = serviceMapping(story, tables);
  if (service !== null) return service;
  const rule = decisions.findLast(
    ({ step, origin, data }) => step === 'acl' && origin !== '' && data['action'] !== 'session',
  );
  return rule ?? decisions.findLast(({ origin }) => origin !== '') ?? decisions.at(-1) ?? null;
}

/** The node sent what the model drops. */
export function behindDrop(story: Story, sent: CapturedFrame, tables: Tables): SentenceOf {
  const { decisions, node, cause, causeOrigin } = story;
  const last = decisions.at(-1);
  if (last?.step === 'acl' && last.data['action'] === 'deny') return last;
  const dropped = { node, step: '', text: cause ?? '', origin: causeOrigin, data: {} };
  // A neighbour that is not there is the next hop of a route.
  if (last?.step === 'route' && NEIGHBOUR_NODES.has(node)) return { ...dropped, origin: last.origin };
  const mapping = otherMapping(story, sent, tables);
  return mapping === null ? dropped : { ...mapping, text: `${dropped.text}; ${mapping.text}` };
}

/** The node sent it to another MAC address: that of another neighbour is another next hop's. */
export function behindNeighbour({ decisions }: Story, { view, at, swIfIndex }: CapturedFrame, { ip4 }: Tables) {
  const [high, low] = [ethernet.destinationHigh(view, at), ethernet.destinationLow(view, at)];
  const other = ip4.neighbours
    .all()
    .find(({ mac, swIfIndex: on }) => on === swIfIndex && mac.high === high && mac.low === low);
  const route = lastOf(decisions, 'route');
  const isRouted = other !== undefined && route !== null && route.origin !== '';
  return isRouted ? { isRoute: true, decision: route } : { isRoute: false, decision: lastOf(decisions, 'neighbour') };
}

interface End {
  readonly address: number;
  readonly port: number;
}

/** A mapping that the node's translation fits but for one end; null for none. */
export function otherMapping(story: Story, sent: CapturedFrame, { nat44 }: Tables): SentenceOf | null {
  const { before } = story;
  const after = new PacketFacts().read(sent.view, sent.at, sent.length);
  if (before === null || after.key === 0) return null;
  const ends: [inside: End, outside: End][] = [];
  if (!isSame(to(before), to(after))) ends.push([to(after), to(before)]);
  if (!isSame(from(before), from(after))) ends.push([from(before), from(after)]);
  for (const [inside, outside] of ends)
    for (const mapping of nat44.mappings.pool.values()) {
      if (!mapping.isAddressOnly && mapping.protocol !== natProtocolOf(before.ipProtocol)) continue;
      const external = externalOf(mapping);
      const locals = localsOf(mapping);
      const local = locals.find((one) => isSame(one, inside)) ?? (isSame(external, outside) ? locals[0] : undefined);
      if (local === undefined) continue;
      const text = `the node translates between ${hostText(outside)} and ${hostText(inside)}, the mapping here between ${hostText(external)} and ${hostText(local)}`;
      return { node: story.node, step: 'nat44', text, origin: mapping.origin, data: {} };
    }
  return null;
}

/** A mapping of the address that a packet went to, of which the model translates no more than the source. */
function serviceMapping({ before, decisions }: Story, { nat44 }: Tables): SentenceOf | null {
  const nat = lastOf(decisions, 'nat44');
  if (before === null || nat?.data['mapping'] !== null) return null;
  if (nat44.pool.has(before.destination)) return null;
  const mapping = nat44.mappings.pool.values().find(({ externalAddress }) => externalAddress === before.destination);
  if (mapping === undefined || externalOf(mapping).port === before.destinationPort) return null;
  const text = `no mapping is of ${hostText(to(before))}; that of ${hostText(externalOf(mapping))} is near`;
  return { ...nat, text, origin: mapping.origin };
}

const from = ({ source, sourcePort }: PacketEnds): End => ({ address: source, port: sourcePort });
const to = ({ destination, destinationPort }: PacketEnds): End => ({ address: destination, port: destinationPort });
const isSame = (a: End, b: End): boolean => a.address === b.address && a.port === b.port;
const hostText = ({ address, port }: End): string => `${formatAddress(address)}:${String(port)}`;
const externalOf = ({ externalAddress, externalPort }: StaticMapping): End => ({
  address: externalAddress,
  port: externalPort,
});
const localsOf = ({ isLoadBalanced, locals, localAddress, localPort }: StaticMapping): readonly End[] =>
  isLoadBalanced ? [...locals.values()] : [{ address: localAddress, port: localPort }];
