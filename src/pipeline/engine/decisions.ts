/**
 * What the nodes decided about a packet, as far as the flow cache can do it again: bits of PacketBuffer.decided. A node sets
 * its bit where a next packet of the flow would take the same way and change nothing but times and counts.
 */

export const ACL_IN_SESSION = 1 << 0;
export const ACL_IN_RULE = 1 << 1;
export const NAT_OUT2IN = 1 << 2;
export const NAT_OUT2IN_PASSED = 1 << 3;
export const NAT_IN2OUT = 1 << 4;
export const ACL_OUT_SESSION = 1 << 5;
export const ACL_OUT_RULE = 1 << 6;
export const NAT_IN2OUT_OUTPUT = 1 << 7;
/** The packet made a session or took a slow path: the next one will fare differently. */
export const UNSETTLED = 1 << 8;
/** How many bits nodes set. */
export const BITS = 9;
/** Not a node's: the destination is no outside address, so that no out2in session can ever be for it. */
export const NEVER_OUT2IN = 1 << 9;

export const ACL_IN = ACL_IN_SESSION | ACL_IN_RULE;
export const ACL_OUT = ACL_OUT_SESSION | ACL_OUT_RULE;
export const OUT2IN = NAT_OUT2IN | NAT_OUT2IN_PASSED;

/** The nodes a packet with these decisions has visited, in order, but for ip4-load-balance, if nothing else happened to it. */
export function pathOf(decided: number, txInterface: string): string[] {
  return [
    'ethernet-input',
    'ip4-input',
    ...((decided & ACL_IN) !== 0 ? ['acl-plugin-in-ip4-fa'] : []),
    ...((decided & OUT2IN) !== 0 ? ['nat44-out2in'] : []),
    ...((decided & NAT_IN2OUT) !== 0 ? ['nat44-in2out'] : []),
    'ip4-lookup',
    'ip4-rewrite',
    ...((decided & ACL_OUT) !== 0 ? ['acl-plugin-out-ip4-fa'] : []),
    ...((decided & NAT_IN2OUT_OUTPUT) !== 0 ? ['nat44-in2out-output'] : []),
    `${txInterface}-output`,
  ];
}
