/** Error counters of the classic NAT44 nodes, in VPP's words (VPP 19.08 src/plugins/nat/in2out.c, out2in.c and others). */

import { errorSet } from '../engine/errors.js';

const COMMON = {
  UNSUPPORTED_PROTOCOL: 'unsupported protocol',
  OUT_OF_PORTS: 'out of ports',
  BAD_ICMP_TYPE: 'unsupported ICMP type',
  NO_TRANSLATION: 'no translation',
  MAX_SESSIONS_EXCEEDED: 'maximum sessions exceeded',
  DROP_FRAGMENT: 'drop fragment',
  MAX_REASS: 'maximum reassemblies exceeded',
  MAX_FRAG: 'maximum fragments per reassembly exceeded',
  TCP_PACKETS: 'TCP packets',
  UDP_PACKETS: 'UDP packets',
  ICMP_PACKETS: 'ICMP packets',
  OTHER_PACKETS: 'other protocol packets',
  FRAGMENTS: 'fragments',
  CACHED_FRAGMENTS: 'cached fragments',
  PROCESSED_FRAGMENTS: 'processed fragments',
};

const in2outSet = (owner: string) =>
  errorSet(owner, {
    ...COMMON,
    GOOD_PACKETS: 'good in2out packets processed',
    BAD_OUTSIDE_FIB: 'outside VRF ID not found',
  });

const out2inSet = (owner: string) => errorSet(owner, { ...COMMON, GOOD_PACKETS: 'good out2in packets processed' });

export const in2outErrors = in2outSet('nat44-in2out');
export const in2outOutputErrors = in2outSet('nat44-in2out-output');
export const in2outSlowpathErrors = in2outSet('nat44-in2out-slowpath');
export const in2outOutputSlowpathErrors = in2outSet('nat44-in2out-output-slowpath');
export const in2outReassErrors = in2outSet('nat44-in2out-reass');
export const out2inErrors = out2inSet('nat44-out2in');
export const out2inReassErrors = out2inSet('nat44-out2in-reass');

/** Ids of either direction's set, as far as code shared by both needs them. */
export type NatErrorIds = Readonly<Record<keyof typeof COMMON | 'GOOD_PACKETS', number>>;

export const hairpinSet = (owner: string) => errorSet(owner, { PROCESSED: 'NAT44 hairpinning packets processed' });

export const hairpinningErrors = hairpinSet('nat44-hairpinning');
export const hairpinDstErrors = hairpinSet('nat44-hairpin-dst');
export const hairpinSrcErrors = hairpinSet('nat44-hairpin-src');

export const classifyErrors = errorSet('nat44-classify', {
  MAX_REASS: 'Maximum reassemblies exceeded',
  MAX_FRAG: 'Maximum fragments per reassembly exceeded',
  NEXT_IN2OUT: 'next in2out',
  NEXT_OUT2IN: 'next out2in',
  FRAG_CACHED: 'fragment cached',
});
