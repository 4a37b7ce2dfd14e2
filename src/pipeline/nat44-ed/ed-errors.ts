/**
 * Error counters of the endpoint-dependent NAT44 nodes, in VPP's words (VPP 19.08 src/plugins/nat/nat.h
 * foreach_nat_in2out_ed_error, foreach_nat_out2in_ed_error).
 */

import { errorSet } from '../engine/errors.js';
import { hairpinSet } from '../nat-common/nat-errors.js';

const COMMON = {
  UNSUPPORTED_PROTOCOL: 'unsupported protocol',
  OUT_OF_PORTS: 'out of ports',
  BAD_ICMP_TYPE: 'unsupported ICMP type',
  MAX_SESSIONS_EXCEEDED: 'maximum sessions exceeded',
  DROP_FRAGMENT: 'drop fragment',
  MAX_REASS: 'maximum reassemblies exceeded',
  MAX_FRAG: 'maximum fragments per reassembly exceeded',
  NON_SYN: 'non-SYN packet try to create session',
  TCP_PACKETS: 'TCP packets',
  UDP_PACKETS: 'UDP packets',
  ICMP_PACKETS: 'ICMP packets',
  OTHER_PACKETS: 'other protocol packets',
  FRAGMENTS: 'fragments',
  CACHED_FRAGMENTS: 'cached fragments',
  PROCESSED_FRAGMENTS: 'processed fragments',
  /** Out2in only. */
  NO_TRANSLATION: 'no translation',
};

const in2outSet = (owner: string) => errorSet(owner, { ...COMMON, GOOD_PACKETS: 'good in2out packets processed' });
const out2inSet = (owner: string) => errorSet(owner, { ...COMMON, GOOD_PACKETS: 'good out2in packets processed' });

export const edIn2outErrors = in2outSet('nat44-ed-in2out');
export const edIn2outSlowpathErrors = in2outSet('nat44-ed-in2out-slowpath');
export const edIn2outOutputErrors = in2outSet('nat44-ed-in2out-output');
export const edIn2outOutputSlowpathErrors = in2outSet('nat44-ed-in2out-output-slowpath');
export const edIn2outReassErrors = in2outSet('nat44-ed-in2out-reass');
export const edIn2outReassOutputErrors = in2outSet('nat44-ed-in2out-reass-output');
export const edOut2inErrors = out2inSet('nat44-ed-out2in');
export const edOut2inSlowpathErrors = out2inSet('nat44-ed-out2in-slowpath');
export const edOut2inReassErrors = out2inSet('nat44-ed-out2in-reass');

/** Ids of either direction's set. */
export type EdErrorIds = Readonly<Record<keyof typeof COMMON | 'GOOD_PACKETS', number>>;

export const edHairpinningErrors = hairpinSet('nat44-ed-hairpinning');
export const edHairpinDstErrors = hairpinSet('nat44-ed-hairpin-dst');
export const edHairpinSrcErrors = hairpinSet('nat44-ed-hairpin-src');

/**
 * What nat44-ed-classify counts in. The node registers no errors of its own, so its counter numbers hit the first ones
 * of the process-wide error heap: after null-node's one, nat-ha-handoff's three and nat-ha's (VPP 19.08
 * src/plugins/nat/nat44_classify.c nat44_ed_classify_node has no .error_strings).
 */
export const edClassifyHandoffErrors = errorSet('nat-ha-handoff', {
  NEXT_IN2OUT: 'same worker',
  NEXT_OUT2IN: 'do handoff',
});
export const edClassifyHaErrors = errorSet('nat-ha', { FRAG_CACHED: 'pkts-processed' });
