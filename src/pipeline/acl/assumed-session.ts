/**
 * An ACL session that must have been there before anybody looked, since a packet passed that the rules deny: it answers a packet that
 * went the other way on the same interface, which a permit+reflect rule there would have let make a session.
 */

import * as tcp from '../../wire/tcp.js';
import * as ip4 from '../../wire/ip4.js';
import type { Tables } from '../engine/tables.js';
import { FiveTuple, L4_FLAG_IS_INPUT, requestPorts } from './five-tuple.js';
import { ACTION_PERMIT_REFLECT, aclName } from './match/acl-rules.js';

/** Makes the session for the packet that was denied last; null where no rule could have made one. */
export function assumeAclSession({
  acl,
  interfaces,
  clock,
}: Tables): { readonly index: number; readonly words: string } | null {
  const { tuple } = acl.last;
  // A connection that begins belongs to none that was there.
  if (tuple.protocol === ip4.PROTOCOL_TCP && (tuple.tcpFlags & (tcp.SYN | tcp.ACK)) === tcp.SYN) return null;
  const request = new FiveTuple().copy(tuple);
  const ports = requestPorts(tuple);
  if (ports === null) return null;
  request.swapAddresses();
  request.sourcePort = ports & 0xffff;
  request.destinationPort = ports >>> 16;
  request.l4Flags ^= L4_FLAG_IS_INPUT;
  const direction = (request.l4Flags & L4_FLAG_IS_INPUT) !== 0 ? 'input' : 'output';
  const lcIndex = acl.lcIndexOf[direction][tuple.swIfIndex];
  if (lcIndex < 0) return null;
  const matcher = acl.matcherOf(lcIndex, tuple.isIp6);
  const { rules } = matcher;
  request.tcpFlags = tcp.SYN;
  const rule = matcher.match(request);
  if (rule < 0 || rules.actionOf(rule) !== ACTION_PERMIT_REFLECT) return null;
  const session = acl.sessions.add(request, clock.now);
  for (const one of [request, tuple]) {
    const seen = new FiveTuple().copy(one);
    seen.tcpFlags = tcp.SYN | tcp.ACK;
    acl.sessions.track(session, seen, clock.now);
  }
  const { name } = interfaces.all[tuple.swIfIndex];
  const entry = acl.acls[rules.aclIndexOf(rule)];
  const by = `rule ${String(rules.ruleIndexOf(rule))} of ${aclName(entry)}`;
  return { index: session, words: `ACL session on ${name} that ${by} made on ${direction} (${entry.origin})` };
}
