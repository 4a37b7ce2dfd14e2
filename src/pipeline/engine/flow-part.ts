/**
 * What a node tells the flow cache about itself: how a packet of a flow fares there, so that the next one need not visit it. A
 * node without a part leaves its packets to the graph, as does a packet that noted a step with STEP_UNREPEATABLE.
 */

import type { Steps } from './steps.js';

/** Instead of a value: the flow's packets need the graph. */
export const NOT_CACHEABLE = -1000;

/** A flow's packets on their way: as they arrive, then as each node leaves them. */
export class FlowEnds {
  source = 0;
  destination = 0;
  isIp6 = false;
  /** Of IPv6, instead of those two: the words of source and destination. */
  readonly addresses = new Int32Array(8);
  /** Source port << 16 | destination port; of ICMPv6 type and code. */
  ports = 0;
  /** IP protocol: TCP or UDP, or ICMPv6. */
  protocol = 0;
  swIfIndexRx = 0;
  swIfIndexTx = 0;
  /** FIB of the interface they arrive on. */
  fibIndex = 0;
  /** Behind ip4-rewrite: the packet has its new Ethernet header. */
  isRewritten = false;
  /** Translations so far: FLOW_* bits. */
  action = 0;
  /** A translation that FLOW_* cannot tell: the same side twice. */
  isOverwritten = false;
  /** The flow's packets fare so only as long as no session is added that they would find. */
  needsAbsence = false;
  /** Packets with another IPv6 flow label may fare otherwise. */
  dependsOnLabel = false;

  translateSource(address: number, port: number): void {
    this.source = address;
    this.ports = (this.ports & 0xffff) | (port << 16);
    if ((this.action & (FLOW_IN_SOURCE | FLOW_OUT_SOURCE)) !== 0) this.isOverwritten = true;
    this.action |= this.isRewritten ? FLOW_OUT_SOURCE : FLOW_IN_SOURCE;
  }

  /** Both ends in one rewrite, whose checksums are changed once by all that changes. @param ports as in `ports` */
  translateEnds(source: number, destination: number, ports: number): void {
    if (source === this.source && destination === this.destination && ports === this.ports) return;
    if (this.action !== 0) this.isOverwritten = true;
    this.source = source;
    this.destination = destination;
    this.ports = ports;
    this.action |= this.isRewritten ? FLOW_OUT_ENDS : FLOW_IN_ENDS;
  }

  translateDestination(address: number, port: number): void {
    this.destination = address;
    this.ports = (this.ports & ~0xffff) | port;
    if ((this.action & FLOW_IN_DESTINATION) !== 0 || this.isRewritten) this.isOverwritten = true;
    this.action |= FLOW_IN_DESTINATION;
  }
}

/** What is translated before ip4-rewrite, and what behind it. */
export const FLOW_IN_SOURCE = 1;
export const FLOW_IN_DESTINATION = 2;
export const FLOW_OUT_SOURCE = 4;
/** Both ends at once (`translateEnds`); there is no other translation then. */
export const FLOW_IN_ENDS = 8;
export const FLOW_OUT_ENDS = 16;

export const ALL_TCP_FLAGS = 0xff;

export interface FlowPart {
  /**
   * What a flow keeps of the node's step at `at`, such as a session; NOT_CACHEABLE where its packets need the graph. Where a session that is
   * added may change what `follow` says, `ends.needsAbsence` becomes true; else it is not asked again then.
   */
  readonly valueOf: (steps: Steps, at: number, ends: FlowEnds) => number;
  /** True where the node would do what it did when the flow was learned; `ends` becomes what the node makes of the packet. */
  readonly follow: (value: number, ends: FlowEnds) => boolean;
  /** TCP flags of which a packet may have any, and change no more than times and counts. */
  readonly tcpFlags?: (value: number) => number;
  /**
   * Told of packets that followed the flow: how many, their bytes behind the Ethernet header, when the last one came, and the bytes of the
   * Ethernet headers that they leave with.
   */
  readonly account?: (value: number, packets: number, bytes: number, last: number, headerBytes: number) => void;
  /** A packet that comes later than this changes more than times and counts: it needs `renew`, or the graph. */
  readonly deadline?: (value: number) => number;
  /** Does what that packet, which comes `now`, changes besides; false where only the graph can. */
  readonly renew?: (value: number, now: number) => boolean;
  /** Something is due at some time, which has to run first: when. */
  readonly nextWake?: () => number;
  /** A packet that notes no step there is another part's affair, such as the slow path's behind the node. */
  readonly isSilent?: true;
}

/** Of a node that does the same with every packet of a flow, as long as the configuration stays. */
export const SAME_FOR_A_FLOW: FlowPart = { valueOf: () => 0, follow: () => true };

/** As SAME_FOR_A_FLOW, of a node that notes no step. */
export const SILENT_FOR_A_FLOW: FlowPart = { ...SAME_FOR_A_FLOW, isSilent: true };
