/**
 * Where NAT44 EI differs from the classic mode of VPP 19.08 (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei_in2out.c, nat44_ei_out2in.c):
 * fragments come with their ports, all addresses of an interface are its own, and DHCP passes on output.
 */

import { IndependentIn2out } from '../nat-common/independent/independent-in2out.js';
import { IndependentOut2in } from '../nat-common/independent/independent-out2in.js';
import type { NatPacket } from '../nat-common/nat-packet.js';
import { PASSED_ALONE } from '../nat-common/nodes/nat-strategy.js';
import { NAT_UDP } from '../nat-common/state/session-key.js';
import type { NatFib } from '../nat-common/state/nat-fib.js';

const DHCP_TO_SERVER = 67; // RFC 2131 §4.1
const BROADCAST = -1;
const NONE = -1;

/** nat44_ei_is_interface_addr: a node remembers the addresses of the interface that it asked about last, as they were then. */
class OwnAddresses {
  private swIfIndex = NONE;
  private addresses: number[] = [];

  has(fib: NatFib, swIfIndex: number, address: number): boolean {
    if (this.swIfIndex !== swIfIndex) {
      this.addresses = fib.addressesOf(swIfIndex);
      this.swIfIndex = this.addresses.length === 0 ? NONE : swIfIndex;
    }
    return this.addresses.includes(address);
  }
}

export class EiIn2out extends IndependentIn2out {
  override readonly isReassembled = true;
  protected override readonly releasesPort = false;
  private readonly own = new OwnAddresses();

  override create(p: NatPacket): number {
    const { remote, remotePort, protocol } = p;
    const isDhcp = protocol === NAT_UDP && remotePort === DHCP_TO_SERVER && remote === BROADCAST;
    // What is translated already passes as well.
    return isDhcp && this.work.isOutput ? PASSED_ALONE : super.create(p);
  }

  protected override isOwnAddress(swIfIndex: number, address: number): boolean {
    return this.own.has(this.nat.fib, swIfIndex, address);
  }
}

export class EiOut2in extends IndependentOut2in {
  override readonly isReassembled = true;
  private readonly own = new OwnAddresses();

  protected override isOwnAddress(swIfIndex: number, address: number): boolean {
    return this.own.has(this.nat.fib, swIfIndex, address);
  }
}
