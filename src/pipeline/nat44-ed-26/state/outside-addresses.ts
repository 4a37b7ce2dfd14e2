/**
 * Which outside address and port a new session gets (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_in2out.c nat_ed_alloc_addr_and_port,
 * nat44_ed_out2in.c nat44_ed_alloc_i2o_addr_and_port). A port is taken by the flow that has it, so addresses keep no list of them.
 */

import { swap32 } from '../../../wire/checksum.js';
import { PROTOCOL_ICMP } from '../../../wire/ip4.js';
import { ANY_FIB } from '../../nat-common/pool/address-pool.js';
import type { PoolAddress } from '../../nat-common/pool/pool-address.js';
import type { PortStream } from '../../nat-common/state/port-stream.js';
import type { Nat44 } from '../../nat-common/state/nat44.js';
import { natProtocolOf } from '../../nat-common/state/session-key.js';
import { SESSION_STATIC_MAPPING } from '../../nat-common/state/sessions.js';
import { i2oOf, MATCH_DESTINATION, MATCH_PORTS, MATCH_PROTOCOL, o2iOf, portsWord, protocolWord } from './ed-flows.js';
import type { EdSessions } from './ed-sessions.js';
import { NO_MAPPING, type ExternalMappings } from './external-mappings.js';

/** ED_USER_PORT_OFFSET, and port_per_thread with one thread. */
export const FIRST_PORT = 1024;
export const PORTS = 65536 - FIRST_PORT;
/** ED_PORT_ALLOC_ATTEMPTS */
const ATTEMPTS = 10;

/** nat_random_port among them. */
export const drawPort = (stream: PortStream): number => FIRST_PORT + stream.randomBelow(PORTS);

/** An outside interface that has a pool address, and its subnet: destinations there get this address. */
export interface AddressBinding {
  readonly swIfIndex: number;
  /** Null once the interface lost the address. */
  readonly mask: number | null;
}

export class OutsideAddresses {
  /** Addresses of a tenant VRF that an outside interface of that VRF has. */
  readonly bindings = new WeakMap<PoolAddress, AddressBinding>();
  /** What was allocated last. */
  address = 0;
  port = 0;

  constructor(
    private readonly nat: Nat44,
    private readonly ed: EdSessions,
    private readonly external: ExternalMappings,
  ) {}

  /**
   * An address, and the port that the host has itself where it may have it, for a session whose o2i flow is begun. `swIfIndexTx` is
   * the interface with output feature, -1 for none. False where there is none.
   */
  allocate(
    session: number,
    ipProtocol: number,
    source: number,
    destination: number,
    port: number,
    fib: number,
    swIfIndexTx: number,
  ): boolean {
    const entry = this.choose(source, destination, fib, swIfIndexTx);
    return entry !== null && this.takePort(session, entry.address, ipProtocol, port);
  }

  /** nat_ed_ses_o2i_flow_hash_add_del with is_add 2: false where a mapping or another session has the flow's match. */
  addO2i(session: number): boolean {
    const flow = o2iOf(session);
    return !this.isMapped(session, flow) && this.ed.flows.addNew(flow, session);
  }

  /** The same with is_add 1, which takes the match from another session. */
  putO2i(session: number): boolean {
    const flow = o2iOf(session);
    if (this.isMapped(session, flow)) return false;
    this.ed.flows.add(flow, session);
    return true;
  }

  /** nat44_ed_alloc_i2o_addr_and_port: a twice-nat address by the inside host's, for the session's i2o flow. False for none. */
  allocateTwice(session: number, ipProtocol: number, inside: number, insidePort: number, fib: number): boolean {
    const { addresses } = this.nat.twicePool;
    const count = addresses.length;
    if (count === 0) return false;
    const start = (swap32(inside) >>> 0) % count;
    let hasShared = false;
    for (let i = 0; i < count; i++) {
      const entry = addresses[(start + i) % count];
      if (entry.fibIndex === fib) {
        this.takeTwicePort(session, entry.address, ipProtocol, inside, insidePort, fib);
        return true;
      }
      if (entry.fibIndex === ANY_FIB) hasShared = true;
    }
    if (!hasShared) return false;
    // VPP takes the address that it looked at last, whether it is the shared one or not.
    this.takeTwicePort(session, addresses[(start + count - 1) % count].address, ipProtocol, inside, insidePort, fib);
    return true;
  }

  /** nat44_ed_alloc_i2o_port: another session that has the port loses its flow. */
  takeTwicePort(
    session: number,
    address: number,
    ipProtocol: number,
    inside: number,
    insidePort: number,
    fib: number,
  ): void {
    const { flows } = this.ed;
    const drawn = this.draw();
    const port = this.nat.ports.choices?.port(address, natProtocolOf(ipProtocol), drawn, false) ?? drawn;
    const flow = i2oOf(session);
    flows.begin(flow, inside, address, portsWord(insidePort, port), protocolWord(ipProtocol, fib));
    flows.add(flow, session);
    this.address = address;
    this.port = port;
  }

  /**
   * Beginning at a place that the inside address tells: an address of its VRF that the outgoing interface (if one is known) and the
   * destination's subnet have, of the outgoing interface, of its VRF; else the last one without VRF.
   */
  choose(source: number, destination: number, fib: number, swIfIndexTx: number): PoolAddress | null {
    const { addresses, isShared } = this.nat.pool;
    const count = addresses.length;
    if (count === 0) return null;
    let at = startOf(swap32(source) >>> 0) % count;
    if (isShared) return addresses[at === 0 ? count - 1 : at - 1];
    let ofInterface: PoolAddress | null = null;
    let ofVrf: PoolAddress | null = null;
    let shared: PoolAddress | null = null;
    for (let i = 0; i < count; i++, at++) {
      if (at >= count) at -= count;
      const entry = addresses[at];
      if (entry.fibIndex === fib) {
        const binding = this.bindings.get(entry);
        const isOfInterface = binding?.swIfIndex === swIfIndexTx;
        if ((isOfInterface || swIfIndexTx < 0) && isOnSubnet(entry.address, destination, binding)) return entry;
        if (isOfInterface) ofInterface = entry;
        ofVrf = entry;
      } else if (entry.fibIndex === ANY_FIB) shared = entry;
    }
    return ofInterface ?? ofVrf ?? shared;
  }

  /** nat_ed_alloc_addr_and_port_with_snat_address */
  private takePort(session: number, address: number, ipProtocol: number, suggested: number): boolean {
    const { words } = this.ed.flows;
    const flow = o2iOf(session);
    const [destinationBefore, portsBefore] = [words[flow + MATCH_DESTINATION], words[flow + MATCH_PORTS]];
    words[flow + MATCH_DESTINATION] = address;
    const isKept = suggested >= FIRST_PORT;
    let port = isKept ? suggested : this.draw();
    port = this.nat.ports.choices?.port(address, natProtocolOf(ipProtocol), port, isKept) ?? port;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const remotePort = ipProtocol === PROTOCOL_ICMP ? port : words[flow + MATCH_PORTS] & 0xffff;
      words[flow + MATCH_PORTS] = portsWord(remotePort, port);
      if (this.addO2i(session)) {
        this.address = address;
        this.port = port;
        return true;
      }
      port = this.draw();
    }
    words[flow + MATCH_DESTINATION] = destinationBefore;
    words[flow + MATCH_PORTS] = portsBefore;
    return false;
  }

  /** A session that no mapping made stays away from what mappings have. */
  private isMapped(session: number, flow: number): boolean {
    if ((this.nat.sessions.flags(session) & SESSION_STATIC_MAPPING) !== 0) return false;
    const { words } = this.ed.flows;
    const port = words[flow + MATCH_PORTS] >>> 16;
    return (
      this.external.exact(words[flow + MATCH_DESTINATION], port, words[flow + MATCH_PROTOCOL] & 0xff) !== NO_MAPPING
    );
  }

  private draw(): number {
    return drawPort(this.nat.ports);
  }
}

const isOnSubnet = (address: number, destination: number, binding: AddressBinding | undefined): boolean => {
  const mask = binding?.mask ?? null;
  return mask !== null && (address & mask) === (destination & mask);
};

/** The sum of an address, as VPP reads it, and what is left of it when its bytes are shifted out. */
const startOf = (word: number): number => (word + (word >>> 8) + (word >>> 16) + (word >>> 24)) >>> 0;
