/** What would let a packet pass that a bridge domain ended. */

import { never, rxName, type Remedies } from '../remedy.js';

const BVI_MAC = "the frame has to be to the MAC of the bridge domain's BVI, or to one that is known there";

const FEWER_POPPED = 'tag-rewrite of the port has to take off fewer tags (set interface l2 tag-rewrite …)';

export const l2Remedies: Remedies = {
  BVI_BAD_MAC: BVI_MAC,
  BVI_ETHERTYPE: never('A BVI hands on IPv4, IPv6 and ARP only'),
  SPLIT_HORIZON: 'the two bridge ports must not be in one split horizon group',
  NO_MEMBERS: 'the bridge domain needs another port, outside of the split horizon group',
  MISS: 'the MAC has to be known (it sends first, or l2fib add …), or the bridge domain has to flood (uu-flood 1)',
  REFLECTED: never('Nothing is wrong: the receiver has the frame already, since it is behind the port that it came by'),
  FILTERED: 'the filter entry of the L2 FIB has to go',
  MOVED: 'the MAC has to be configured on the port that it sends by, or not at all',
  'l2-output NOT_BRIDGED': 'the L2 FIB has to lead to a port of the bridge domain',
  'l2-input-vtr TOO_FEW_TAGS': FEWER_POPPED,
  'l2-output TOO_FEW_TAGS': FEWER_POPPED,
  NO_FEATURE: (b, tables) =>
    `${rxName(b, tables)} has to be in a bridge domain that forwards (set interface l2 bridge …)`,
};
