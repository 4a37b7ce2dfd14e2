/** What the nodes of endpoint-dependent NAT44 share: the packet read, its end, and the note of what was decided. */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import type { FeatureArcs } from '../engine/feature-arcs.js';
import type { NodeContext } from '../engine/node.js';
import { FLAG_NAT44_MISSED, type PacketBuffer } from '../engine/packet-buffer.js';
import { STEP_UNREPEATABLE, type Steps } from '../engine/steps.js';
import type { Tables } from '../engine/tables.js';
import { isCutForNat } from '../nat-common/cut-for-nat.js';
import { HEADER_WORDS, readHeader } from '../nat-common/header-words.js';
import { isIcmpError, quotedHeader } from '../nat-common/icmp-error.js';
import { natAddresses, noteMissed } from '../nat-common/missed.js';
import { NAT44, NAT44_PORT } from '../nat-common/nat-steps.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { natProtocolOf } from '../nat-common/state/session-key.js';
import type { EdCause } from './ed-causes.js';
import { FlowRewriter, INNER_IP_CORRUPT, INVALID_CHECKSUM, PACKET_TRUNCATED } from './rewrite-flow.js';
import { portsWord, protocolWord } from './state/ed-flows.js';
import type { EdSessions } from './state/ed-sessions.js';
import { NO_MAPPING, type ExternalMappings } from './state/external-mappings.js';
import type { EdVisit } from './state/ed-visit.js';
import type { OutsideAddresses } from './state/outside-addresses.js';
import type { VrfRoutes } from './state/vrf-routes.js';

/** nat_next_t, in VPP's order, whose numbers traces print. */
export const ED_NEXT = {
  DROP: 'error-drop',
  ICMP_ERROR: 'ip4-icmp-error',
  IN2OUT: 'nat44-ed-in2out',
  IN2OUT_SLOW: 'nat44-ed-in2out-slowpath',
  OUTPUT: 'nat44-ed-in2out-output',
  OUTPUT_SLOW: 'nat44-ed-in2out-output-slowpath',
  OUT2IN: 'nat44-ed-out2in',
  OUT2IN_SLOW: 'nat44-ed-out2in-slowpath',
} as const;
export type EdNext = keyof typeof ED_NEXT;

export interface EdErrors {
  readonly OUT_OF_PORTS: number;
  readonly BAD_ICMP_TYPE: number;
  readonly MAX_SESSIONS_EXCEEDED: number;
  readonly NON_SYN: number;
  readonly TRNSL_FAILED: number;
}

/** Answers of `matchExternal` besides NO_MAPPING. */
export const MATCHED = 0;
export const CRASH = 1;

const FIELD = NAT44.at;
const PORT = NAT44_PORT.at;

export class EdWork {
  readonly tables: Tables;
  readonly nat: Nat44;
  readonly ed: EdSessions;
  readonly outside: OutsideAddresses;
  readonly visit: EdVisit;
  readonly external: ExternalMappings;
  readonly vrfRoutes: VrfRoutes;
  readonly rewriter: FlowRewriter;
  readonly arcs: FeatureArcs;
  readonly steps: Steps;
  readonly fibOf: Int32Array;
  readonly cause: Readonly<Record<EdCause, number>>;
  readonly next: Readonly<Record<EdNext, number>>;
  /** The packet's key: its ends, or for an ICMP error those of the packet that it quotes, which went the other way. */
  source = 0;
  destination = 0;
  ports = 0;
  protocol = 0;
  private readonly node: number;
  /** Where `steps.isDetailed`: the header as the packet came. */
  private readonly before = new Int32Array(HEADER_WORDS);

  constructor(
    context: NodeContext<EdNext, EdCause>,
    readonly error: EdErrors,
    readonly isOutput: boolean,
    readonly isIn2out: boolean,
  ) {
    const { tables } = context;
    this.tables = tables;
    this.nat = tables.nat44;
    this.ed = tables.nat44Ed26.sessions;
    this.outside = tables.nat44Ed26.outside;
    this.visit = tables.nat44Ed26.visit;
    this.external = tables.nat44Ed26.external;
    this.vrfRoutes = tables.nat44Ed26.vrfRoutes;
    this.rewriter = new FlowRewriter(this.ed.flows, this.nat);
    this.arcs = context.arcs;
    this.steps = context.steps;
    this.node = context.node;
    this.fibOf = tables.interfaces.fibIndexOf;
    this.cause = context.cause;
    this.next = context.next;
  }

  /** Begins a visit; returns where the IPv4 header is. */
  begin(b: PacketBuffer): number {
    const l3 = this.isOutput ? b.at + b.saveRewriteLength : b.at;
    this.visit.clear();
    this.nat.mappings.matchedIndex = -1;
    if (this.steps.isDetailed) readHeader(b, l3, this.before, 0);
    return l3;
  }

  /** True where the capture cut off what the node is going to read; the packet is to be dropped then. */
  isCut(b: PacketBuffer, l3: number): boolean {
    if (b.cutBytes === 0) return false;
    const p = this.nat.packet;
    p.begin(b, l3, 0, this.isIn2out, true);
    return isCutForNat(p, true);
  }

  /** Reads the key of a packet: nat_get_icmp_session_lookup_values for ICMP. */
  readKey(b: PacketBuffer, l3: number): void {
    const { view } = b;
    const protocol = ip4.protocol(view, l3);
    if (protocol === ip4.PROTOCOL_ICMP && isIcmpError(b.icmpTypeOrTcpFlags)) {
      this.readQuotedKey(view, quotedHeader(l3 + ip4.headerLength(view, l3)));
      return;
    }
    this.source = ip4.source(view, l3);
    this.destination = ip4.destination(view, l3);
    this.ports = portsWord(b.l4SourcePort, b.l4DestinationPort);
    this.protocol = protocol;
  }

  /** The session of the key in a FIB, or -1. */
  find(fib: number): number {
    const { visit, source, destination, ports } = this;
    const protocol = protocolWord(this.protocol, fib);
    visit.source = source;
    visit.destination = destination;
    visit.ports = ports;
    visit.protocol = protocol;
    return this.ed.flows.find(source, destination, ports, protocol);
  }

  /** True for the packet's key as `find` looked it up. */
  isMatch(flow: number): boolean {
    const { visit } = this;
    return this.ed.flows.matches(flow, visit.source, visit.destination, visit.ports, visit.protocol);
  }

  /** Sends a packet whose TTL is used up to ip4-icmp-error. */
  expire(b: PacketBuffer): number {
    b.swIfIndexTx = -1;
    b.setIcmpError(icmp4.TIME_EXCEEDED, 0);
    b.cause = this.cause.TTL;
    return this.next.ICMP_ERROR;
  }

  drop(b: PacketBuffer, error: number, cause: number, argument0 = -1, argument1 = -1): number {
    b.error = error;
    return this.dropSilently(b, cause, argument0, argument1);
  }

  /** A drop for which VPP sets no error: the packet keeps what it has. */
  dropSilently(b: PacketBuffer, cause: number, argument0 = -1, argument1 = -1): number {
    b.cause = cause;
    b.causeArg0 = argument0;
    b.causeArg1 = argument1;
    return this.next.DROP;
  }

  /** Nothing translates the packet's destination, which with forwarding disabled ends its way. */
  dropUntranslated(b: PacketBuffer, l3: number, error: number): number {
    b.error = error;
    b.cause = this.cause.NO_TRANSLATION;
    noteMissed(b, l3);
    return this.next.DROP;
  }

  /** Drops a packet that could not be rewritten; with an error where VPP sets one. */
  dropUnwritten(b: PacketBuffer, l3: number, why: number, error = this.error.TRNSL_FAILED): number {
    const { cause } = this;
    const l4 = l3 + ip4.headerLength(b.view, l3);
    b.error = error;
    switch (why) {
      case PACKET_TRUNCATED:
        return this.dropSilently(b, cause.QUOTES_TOO_LITTLE);
      case INNER_IP_CORRUPT:
        return this.dropSilently(b, cause.BAD_INNER_CHECKSUM);
      case INVALID_CHECKSUM:
        return this.dropSilently(b, cause.BAD_ICMP_CHECKSUM, icmp4.checksum(b.view, l4) === 0 ? 0 : 1);
      default:
        return this.dropSilently(b, cause.UNSUPPORTED_INNER, -1, ip4.protocol(b.view, quotedHeader(l4)));
    }
  }

  /** is_interface_addr: an address of the interface, or of the one whose it borrows. */
  isAddressOf(swIfIndex: number, address: number): boolean {
    const { all } = this.tables.interfaces;
    const { addresses, unnumberedTo } = all[swIfIndex];
    return (unnumberedTo >= 0 ? all[unnumberedTo].addresses : addresses).some((one) => one.address === address);
  }

  /** vlib_buffer_length_in_chain, which sessions count. */
  bytesOf(b: PacketBuffer): number {
    return b.length + b.cutBytes;
  }

  /**
   * snat_static_mapping_match by external address: fills `nat.mappings.matched…`. NO_MAPPING, MATCHED, or CRASH with the cause in the
   * packet. @param client null where VPP names none, and reads address 0 for a mapping with affinity
   */
  matchExternal(b: PacketBuffer, address: number, port: number, ipProtocol: number, client: number | null): number {
    const { external, nat, cause } = this;
    const index = external.index(address, port, ipProtocol);
    if (index === NO_MAPPING) return NO_MAPPING;
    const mapping = external.at(index);
    if (mapping === undefined) {
      this.dropSilently(b, cause.STRAY_MAPPING, address, port);
      return CRASH;
    }
    if (mapping.isLoadBalanced && mapping.affinity > 0 && client === null) {
      this.dropSilently(b, cause.AFFINITY, address, port);
      return CRASH;
    }
    const isMatch = nat.mappings.matchMapping(index, address, port, natProtocolOf(ipProtocol), client ?? 0);
    return isMatch ? MATCHED : NO_MAPPING;
  }

  /** The packet goes on untranslated, for NAT44 has neither session nor mapping for it. */
  miss(b: PacketBuffer, l3: number, flags = STEP_UNREPEATABLE): void {
    const isMissed = (b.flags & FLAG_NAT44_MISSED) === 0;
    b.flags |= FLAG_NAT44_MISSED;
    this.note(b, l3, -1, false, flags, isMissed);
  }

  /** Notes the visit as a step. */
  note(b: PacketBuffer, l3: number, session: number, isNew: boolean, flags: number, isMissed = false): void {
    const { steps } = this;
    if (!steps.isOn) return;
    const at = steps.add(NAT44, this.node, b, flags);
    const { words } = steps;
    words[at + FIELD.session] = session;
    words[at + FIELD.isNew] = isNew ? 1 : 0;
    words[at + FIELD.mapping] = this.nat.mappings.matchedIndex;
    words[at + FIELD.isMissed] = isMissed ? 1 : 0;
    if (!steps.isDetailed) return;
    const { before } = this;
    if (!natAddresses(this.nat).has(before[1])) words[at + FIELD.isMissed] = 0;
    words[at + FIELD.protocol] = ip4.protocol(b.view, l3);
    words.set(before, at + FIELD.source);
    readHeader(b, l3, words, at + FIELD.newSource);
  }

  /** Notes the port that a new session got, where the generator gave it. `drawn` is what that had given before. */
  notePort(b: PacketBuffer, session: number, drawn: number): void {
    const { steps, outside, nat } = this;
    if (!steps.isOn || nat.ports.draws === drawn) return;
    const at = steps.add(NAT44_PORT, this.node, b);
    const { words } = steps;
    words[at + PORT.session] = session;
    words[at + PORT.address] = outside.address;
    words[at + PORT.port] = outside.port;
    words[at + PORT.draws] = nat.ports.draws - drawn;
    words[at + PORT.lastDraw] = nat.ports.draws;
  }

  /** An error that quotes another protocol has error number 0, which counts as success without ports. */
  private readQuotedKey(view: DataView, inner: number): void {
    const l4 = inner + ip4.headerLength(view, inner);
    const protocol = ip4.protocol(view, inner);
    this.source = ip4.destination(view, inner);
    this.destination = ip4.source(view, inner);
    this.protocol = protocol;
    if (protocol === ip4.PROTOCOL_ICMP) {
      const identifier = icmp4.identifier(view, l4);
      this.ports = portsWord(identifier, identifier);
    } else if (protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP)
      this.ports = portsWord(view.getUint16(l4 + 2), view.getUint16(l4));
    else this.ports = 0;
  }
}
