/** How the ACL plugin judged the last packet it saw: what its trace prints (acl_fa_trace_t, VPP 19.08 src/plugins/acl/dataplane_node.c). */

import { FiveTuple } from './five-tuple.js';

export class AclVerdict {
  readonly tuple = new FiveTuple();
  /** The lookup context asked; -1 for a packet of a session. */
  lcIndex = -1;
  /** ACL and rule that matched, -1 for none. */
  aclIndex = -1;
  ruleIndex = -1;
  /** The session of the packet, -1 where it found none. A session that the packet itself makes is not meant. */
  session = -1;
  /** ACTION_*. */
  action = 0;
  traceBits = 0;

  /** The trace's `rule`: for a packet of a session VPP prints the session's index there. */
  get tracedRule(): number {
    return this.session !== -1 ? this.session : this.ruleIndex;
  }

  /** As before the look-up: nothing matched, the packet is denied. */
  reset(lcIndex: number): void {
    this.lcIndex = lcIndex;
    this.aclIndex = -1;
    this.ruleIndex = -1;
    this.session = -1;
    this.action = 0;
    this.traceBits = 0;
  }
}
