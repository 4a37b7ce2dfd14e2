/**
 * Data-path objects: what a load-balance bucket points to (VPP 19.08 src/vnet/dpo/dpo.h). A DPO is a type and an index
 * into the table of that type; the type decides the next node.
 */

export const DPO_DROP = 0;
export const DPO_PUNT = 1;
export const DPO_RECEIVE = 2;
/** Index into LoadBalances: a route resolved through another. */
export const DPO_LOAD_BALANCE = 3;
/** Index is one of the NULL_ actions. */
export const DPO_IP_NULL = 4;
/** Index is the FIB in which the destination is looked up again. */
export const DPO_LOOKUP = 5;
/** The link-local table of the receiving interface (ip6_ll_dpo.c). */
export const DPO_LINK_LOCAL = 6;
/** Index into Adjacencies, whose state decides the node. */
export const DPO_ADJACENCY = 7;
export const DPO_TYPES = 8;

/** Actions of DPO_IP_NULL, of which 0 is none (VPP 19.08 src/vnet/dpo/ip_null_dpo.h). */
export const NULL_SEND_UNREACH = 1;
export const NULL_SEND_PROHIBIT = 2;
/** What IPv6 counts them from. */
export const IP6_NULL = 3;
