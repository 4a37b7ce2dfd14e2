/**
 * l2-input (VPP 19.08 src/vnet/l2/l2_input.c): where packets enter a bridge. Decides from the port, the bridge domain and
 * the destination which features the packet visits.
 */

import * as arp from '../../wire/arp.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip6 from '../../wire/ip6.js';
import {
  FEATURE_ARP_TERM,
  FEATURE_ARP_UFWD,
  FEATURE_DROP,
  FEATURE_FWD,
  FEATURE_GBP_FWD,
  FEATURE_INPUT_FEAT_ARC,
  FEATURE_UU_FLOOD,
  FEATURE_UU_FWD,
  firstFeature,
} from './l2-features.js';
import { IP_HEADER, isCutBefore } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { deadEnd, defineNode, end } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { L2_INPUT_NEXT, nodeByFeature } from './l2-next.js';
import { NOT_BRIDGED } from './bridge-domains.js';
import { FROM_BVI, l2EtherType, l2Length, setBridgeDomain, setSplitHorizonGroup } from '../engine/l2-opaque.js';
import { L2_INPUT } from './l2-trace.js';
import { putPacket } from '../trace/writers.js';

const l2InputErrors = errorSet('l2-input', { L2INPUT: 'L2 input packets', DROP: 'L2 input drops' });
const dropErrors = errorSet('feature-bitmap-drop', {
  NO_FWD: 'L2 feature forwarding disabled',
  NYI: 'L2 feature not implemented',
});

/** Features that only packets to one station visit. */
const UNICAST_FEATURES = FEATURE_FWD | FEATURE_UU_FLOOD | FEATURE_UU_FWD | FEATURE_GBP_FWD;

const NEIGHBOR_SOLICITATION = 135; // RFC 4861 §4.3

const isIcmp6 = (b: PacketBuffer, l3: number): boolean => ip6.nextHeader(b.view, l3) === ip6.PROTOCOL_ICMP6;

/** True for what a BVI asks its subnet: such packets reach ports of the BVI's own split-horizon group, too. */
function isQuestion(b: PacketBuffer, l3: number, etherType: number): boolean {
  return etherType === ethernet.TYPE_ARP
    ? arp.operation(b.view, l3) === arp.OPERATION_REQUEST
    : b.view.getUint8(l3 + ip6.HEADER_BYTES) === NEIGHBOR_SOLICITATION;
}

export const l2Input = defineNode({
  name: 'l2-input',
  trace: {
    role: 'l2',
    layout: L2_INPUT,
    when: 'after',
    writer: () => (b, records) => {
      records.write(L2_INPUT, b.swIfIndexRx, b.adjIndexRx);
      putPacket(b, records);
    },
  },
  next: { ...L2_INPUT_NEXT, DROP: 'error-drop' },
  errors: [l2InputErrors],
  create: ({ next, errors, arcs, tables: { bridgeDomains } }) => {
    const error = errors.ids(l2InputErrors);
    const nodes = nodeByFeature(next);
    const { all: domains, domainOf, groupOf, featuresOf } = bridgeDomains;
    const ip4Arc = arcs.arcIndex('l2-input-ip4');
    const ip6Arc = arcs.arcIndex('l2-input-ip6');
    return (b) => {
      const rx = b.swIfIndexRx;
      const isFromBvi = b.swIfIndexTx === FROM_BVI;
      let group = groupOf[rx];
      let mask = -1;
      errors.increment(error.L2INPUT);
      if (ethernet.isMulticast(b.view, b.at)) {
        const etherType = l2EtherType(b);
        const l3 = b.at + l2Length(b);
        if (etherType === ethernet.TYPE_IP6 && isCutBefore(b, l3 + ip6.NEXT_HEADER + 1, IP_HEADER)) return next.DROP;
        mask &= ~UNICAST_FEATURES;
        if (etherType !== ethernet.TYPE_ARP) mask &= ~FEATURE_ARP_UFWD;
        if (etherType !== ethernet.TYPE_ARP && (etherType !== ethernet.TYPE_IP6 || !isIcmp6(b, l3)))
          mask &= ~FEATURE_ARP_TERM;
        else if (isFromBvi && isQuestion(b, l3, etherType)) group = 0;
      } else if (isFromBvi) group = 0;
      setSplitHorizonGroup(b, group);
      const domain = domainOf[rx];
      if (domain === NOT_BRIDGED) mask = FEATURE_DROP;
      else {
        setBridgeDomain(b, domain);
        mask &= domains[domain].features;
      }
      const arcFeature = arcs.has(ip4Arc, rx) || arcs.has(ip6Arc, rx) ? FEATURE_INPUT_FEAT_ARC : 0;
      b.adjIndexRx = (featuresOf[rx] | arcFeature) & mask;
      return nodes[firstFeature(b.adjIndexRx)];
    };
  },
});

/** feature-bitmap-drop (VPP 19.08 src/vnet/l2/feat_bitmap.c): no feature is left, or one that VPP never had. */
export const featureBitmapDrop = defineNode({
  name: 'feature-bitmap-drop',
  next: { DROP: 'error-drop' },
  errors: [dropErrors],
  causes: {
    NO_FEATURE: (b, { interfaces }) =>
      `the bridge domain of ${interfaces.all[b.swIfIndexRx].name} does not forward such frames, or there is none`,
  },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(dropErrors);
    return (b) => end(b, b.adjIndexRx === FEATURE_DROP ? error.NO_FWD : error.NYI, cause.NO_FEATURE, next.DROP);
  },
});

/** arp-term-l2bd, where a bridge domain with `arp-term 1` answers ARP for its hosts. */
export const arpTermination = deadEnd({
  name: 'arp-term-l2bd',
  causes: { NOT_MODELLED: 'not modelled: ARP termination in a bridge domain (arp-term 1)' },
});
