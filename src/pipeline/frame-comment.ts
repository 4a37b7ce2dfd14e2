/** The comment that a frame gets in a pcapng output: where it came from, and which rule and session let it through. */

import { ACTION_PERMIT, ACTION_PERMIT_REFLECT, ACTION_SESSION } from '../tables/acl/acl-rules.js';
import type { Tables } from '../tables/tables.js';
import type { Dataplane } from './dataplane.js';
import { FLAG_ORIGINATED, type PacketBuffer } from './packet-buffer.js';

/** Forgets what the nodes of the frame before decided: call before each frame that is to be commented. */
export function forgetDecisions({ acl, nat44 }: Tables): void {
  acl.last.reset(-1);
  nat44.lastSession = -1;
}

/**
 * 'rx frame 7 on tap2 | acl 2 rule 14 | nat44 session 6': the last ACL and NAT node decided. Received frames count from 1,
 * as Wireshark's do.
 */
export function frameComment(b: PacketBuffer, { receivedOn, tables }: Dataplane): string {
  const source = `rx frame ${b.frame + 1} on ${receivedOn.name}`;
  const parts = [(b.flags & FLAG_ORIGINATED) === 0 ? source : `made by VPP for ${source}`];
  const { last } = tables.acl;
  if (last.action === ACTION_SESSION) parts.push(`acl session ${last.session}`);
  if (last.action === ACTION_PERMIT || last.action === ACTION_PERMIT_REFLECT)
    parts.push(`acl ${last.aclIndex} rule ${last.ruleIndex}`);
  if (tables.nat44.lastSession >= 0) parts.push(`nat44 session ${tables.nat44.lastSession}`);
  return parts.join(' | ');
}
