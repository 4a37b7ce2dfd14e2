/**
 * What a comparison allows: plain data, so that a command line, a case file and a replay say it alike. Whatever is used of
 * it is counted in the report.
 */

import type { FrameReader } from '../capture/frame-batch.js';
import { UsageError } from '../capture/user-error.js';

/** A capture to compare. Several on a side are one set of packets: those of several interfaces, say. */
export interface VerifiedCapture {
  readonly reader: FrameReader;
  /** The interface that all its packets are on, or null where the capture says. */
  readonly interfaceName: string | null;
}

/**
 * Which order has to be kept. `strict`: that of all packets of an interface; `flow`: that of the packets of each flow
 * (addresses, protocol and ports, one direction) on an interface; `any`: none.
 */
export type Order = 'strict' | 'flow' | 'any';

/** A part of the packets that is not compared, or not wholly. */
export interface FieldRule {
  /**
   * A field's name (`ip4.id`), `payload@0-3` (bytes behind the headers) or `frame@0-3` (bytes of the frame); `interface` for the names of
   * interfaces, `link` for link headers and VLAN tags, which may be of another kind then.
   */
  readonly field: string;
  /** Bits that are compared, as a number (`0xff00`), an IPv4 or a MAC address; null where no bit of the field is. */
  readonly mask: string | null;
  /** The interface the rule is for, or null for all. */
  readonly interfaceName: string | null;
}

/** Interfaces of both sides that are compared with each other although they are named otherwise. */
export interface InterfacePair {
  readonly actual: string;
  readonly expected: string;
}

/** A port that is nobody's to draw: that of a static or identity mapping. It has to be the same on both sides. */
export interface FixedPort {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly address: string;
  readonly port: number;
}

/** Outside addresses and ports that a NAT draws from. Ports (and ICMP identifiers) elsewhere are never bound. */
export interface NatPool {
  /** Ranges of IPv4 addresses, both ends included. */
  readonly addresses: readonly { readonly first: string; readonly last: string }[];
  readonly firstPort: number;
  readonly lastPort: number;
  readonly fixedPorts: readonly FixedPort[];
}

export interface VerifyOptions {
  /** null: per flow where a capture has several interfaces, else strict. */
  readonly order: Order | null;
  /** True: the expected packets have to be there; others may be, too. */
  readonly contains: boolean;
  /** True: packets that equal an earlier one on their interface do not count, on either side. */
  readonly unique: boolean;
  readonly rules: readonly FieldRule[];
  readonly interfacePairs: readonly InterfacePair[];
  /**
   * `bind`: a port drawn from the pool may be another than the expected one, if the two stand for each other throughout (one to
   * one, for each address and protocol); `exact`: ports are compared like all else.
   */
  readonly natPorts: 'bind' | 'exact';
  readonly natPool: NatPool;
  /** Largest difference of the timestamps of two packets in seconds; null: timestamps are not compared. */
  readonly timeToleranceSeconds: number | null;
  /** False: the bytes that fill an Ethernet frame up to 60 bytes are not compared, nor whether there are any. */
  readonly comparesPadding: boolean;
  /** Differences listed one by one in the report; all are counted and grouped. */
  readonly listedDifferences: number;
}

/** VPP 19.08 draws from 1025 on (src/plugins/nat/nat.c, snat_random_port). */
export const NO_POOL: NatPool = { addresses: [], firstPort: 1025, lastPort: 65535, fixedPorts: [] };

export const DEFAULT_OPTIONS: VerifyOptions = {
  order: null,
  contains: false,
  unique: false,
  rules: [],
  interfacePairs: [],
  natPorts: 'bind',
  natPool: NO_POOL,
  timeToleranceSeconds: null,
  comparesPadding: false,
  listedDifferences: 1000,
};

/** Wrong options: a field that is not known, a mask that does not fit. The message is one sentence. */
export class VerifyOptionsError extends UsageError {}
