/**
 * Reports of multicast groups that VPP sends by itself (VPP 19.08 src/vnet/ip/ip6_neighbor.c, 26.06 src/vnet/ip6-nd/ip6_mld.c): one by each
 * interface within a second after it got IPv6, so before anybody's packets come. They are in no capture of arrivals, but output ACLs see
 * them, and permit+reflect makes them sessions.
 */

import * as icmp6 from '../../wire/icmp6.js';
import * as ip6 from '../../wire/ip6.js';
import { ip6Word } from '../../wire/ip6-address.js';
import type { Tables } from '../engine/tables.js';
import type { AclTable } from './acl-table.js';
import { FiveTuple, L4_FLAG_IS_SLOWPATH } from './five-tuple.js';
import { ACTION_PERMIT_REFLECT } from './match/acl-rules.js';

/** ff02::16 (RFC 3810 section 5.2.14) */
const ALL_MLDV2_ROUTERS = [0xff020000 | 0, 0, 0, 0x16] as const;
/** How long before the first packet: the recordings waited for the reports. */
const REPORTED_BEFORE_SECONDS = 1.6;

/** Lets the reports pass the output ACLs. Returns when that was. */
export function reportGroups(
  acl: AclTable,
  { ip6: { links }, interfaces }: Pick<Tables, 'ip6' | 'interfaces'>,
  now: number,
): number {
  const time = now - REPORTED_BEFORE_SECONDS;
  const reporting = interfaces.all
    .filter(
      ({ swIfIndex, isUp }) => isUp && links.linkLocal[swIfIndex] >= 0 && links.hasMulticastFeatures[swIfIndex] === 1,
    )
    .sort((a, b) => links.multicastAdjacency[a.swIfIndex] - links.multicastAdjacency[b.swIfIndex]);
  for (const { swIfIndex } of reporting) {
    const lcIndex = acl.lcIndexOf.output[swIfIndex];
    if (lcIndex < 0) continue;
    const report = new FiveTuple();
    const source = [0, 1, 2, 3].map((word) => ip6Word(links.linkLocal[swIfIndex], word));
    report.setIp6([...source, ...ALL_MLDV2_ROUTERS]);
    report.protocol = ip6.PROTOCOL_ICMP6;
    report.sourcePort = icmp6.LISTENER_REPORT_V2;
    report.l4Flags = L4_FLAG_IS_SLOWPATH;
    report.l4Valid = 1;
    report.swIfIndex = swIfIndex;
    const matcher = acl.matcherOf(lcIndex, true);
    const rule = matcher.match(report);
    if (rule >= 0 && matcher.rules.actionOf(rule) === ACTION_PERMIT_REFLECT) acl.sessions.add(report, time);
  }
  return time;
}
