/** The result of a comparison: plain data, ready for JSON. report-text.ts makes words of it. */

import type { Order } from '../options.js';

/** One of the two captures (or sets of captures). */
export interface SideReport {
  readonly captures: readonly string[];
  readonly packets: number;
  /** Captures that broke off; what came before was compared. One sentence each. */
  readonly damage: readonly string[];
}

export interface DifferenceCounts {
  /** Pairs of packets that differ in some field, or in the interface they are on. */
  readonly changed: number;
  readonly missing: number;
  readonly unexpected: number;
  /** Pairs of equal packets that are out of order. */
  readonly reordered: number;
  /** Pairs of equal packets whose times are too far apart. */
  readonly mistimed: number;
}

/** Packets of one interface; `name` is null where the captures name none. */
export interface InterfaceReport extends DifferenceCounts {
  readonly name: string | null;
  /** What the expected captures call it, where it is paired with one of another name. */
  readonly expectedName?: string;
  readonly actual: number;
  readonly expected: number;
  readonly matched: number;
}

/** Something that was overlooked, as the options allow. */
export interface ToleranceUse {
  /** `nat port`, `padding`, `snaplen`, `ignored`, `masked`, `reordered`, `unexpected`, `duplicate`, `time`, `interface`. */
  readonly kind: string;
  /** What exactly: the field, the interface, the mapping. */
  readonly what: string;
  /** Packets in which it made a difference. */
  readonly packets: number;
  /** The first of them: its number in the actual capture (in the expected one, for what only that has). */
  readonly firstFrame: number;
}

/** One field that differs. A side that does not have the field says `none`. */
export interface FieldDifference {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  /** True for a checksum, or the frame's length, that differs by no more than the other fields explain. */
  readonly isConsequence?: boolean;
  /** Of a checksum or length: which side's is right, and what the other is, as half a sentence. */
  readonly remark?: string;
}

/** A port or ICMP identifier that differs. */
export interface PortDifference {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** The address it is a port of. */
  readonly address: string;
  readonly expected: number;
  readonly actual: number;
  /** Why it cannot be bound, as half a sentence; null where nothing speaks against it but the options. */
  readonly remark: string | null;
}

/** Where a packet is: frames count from 1, as in Wireshark. */
export interface PacketPlace {
  /** Index into `captures` of the side. */
  readonly capture: number;
  readonly frame: number;
  readonly interfaceName: string | null;
}

/** What a packet is recognised by before and after it was translated and routed. */
export interface Recognition {
  /** A hash of protocol, IP id, length, sequence numbers and payload. */
  readonly content: number;
  /** Address and port of each end, as address · 2^16 + port. */
  readonly source: number;
  readonly destination: number;
}

export type DifferenceKind = keyof DifferenceCounts;

export interface Difference {
  readonly kind: DifferenceKind;
  /** null for a packet that is missing. */
  readonly actual: PacketPlace | null;
  /** null for a packet that is not expected. */
  readonly expected: PacketPlace | null;
  /** The packet in short: the actual one, or the missing one. */
  readonly summary: string;
  /** Of a packet that is missing: by what to look for it elsewhere. */
  readonly recognition: Recognition | null;
  /** Empty but for `changed` and `mistimed`. */
  readonly fields: readonly FieldDifference[];
  /** Ports among the fields that differ; none where the packets have not the same headers. */
  readonly ports: readonly PortDifference[];
}

/** Differences of one cause. */
export interface DifferenceGroup {
  readonly kind: DifferenceKind;
  /** The cause: `one mapping: 192.168.16.1 tcp port 25801 instead of 41137`. */
  readonly cause: string;
  readonly packets: number;
  readonly first: Difference;
  /** What decided so: node, rule, session, line of the configuration. Only where a replay can tell (regression/explain-differences.ts). */
  readonly decision?: string;
}

/** A port drawn from the pool that stands for another one. */
export interface BoundPort {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly address: string;
  readonly expected: number;
  readonly actual: number;
  readonly packets: number;
  readonly firstFrame: number;
}

export interface VerifyReport {
  readonly isMatch: boolean;
  /** The order that was asked for, or that the captures suggested. */
  readonly order: Order;
  readonly actual: SideReport;
  readonly expected: SideReport;
  /** Pairs of packets that are the same. */
  readonly matched: number;
  readonly counts: DifferenceCounts;
  readonly interfaces: readonly InterfaceReport[];
  readonly tolerances: readonly ToleranceUse[];
  /** Ports that differ and are bound, most packets first (as many as differences are listed). */
  readonly boundPorts: readonly BoundPort[];
  /** Most packets first. */
  readonly groups: readonly DifferenceGroup[];
  /** In the order of the packets, as many as were asked for. */
  readonly differences: readonly Difference[];
}
