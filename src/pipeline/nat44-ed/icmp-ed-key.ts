/**
 * What endpoint-dependent NAT44 looks an ICMP message up by: addresses and identifier, or for an error those of the
 * packet it quotes (VPP 19.08 src/plugins/nat/nat_inlines.h get_icmp_i2o_ed_key, get_icmp_o2i_ed_key).
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { NAT_ICMP, NAT_UNKNOWN, natProtocolOf } from '../nat-common/state/session-key.js';
import { isIcmpError, quotedHeader } from '../nat-common/icmp-key.js';
import { DESTINATION, SOURCE } from '../nat-common/rewrite.js';

export class IcmpEdKey {
  local = 0;
  remote = 0;
  /** IP protocol; for an error that of the quoted packet. */
  protocol = 0;
  localPort = 0;
  remotePort = 0;

  /**
   * Reads the key from a message of an inside host (`isIn2out`) or to an outside address. False for an error that
   * quotes a protocol without ports; the key is all zero then.
   */
  read(view: DataView, l3: number, l4: number, isIn2out: boolean): boolean {
    this.remotePort = 0;
    if (!isIcmpError(icmp4.type(view, l4))) {
      this.protocol = ip4.PROTOCOL_ICMP;
      this.local = isIn2out ? ip4.source(view, l3) : ip4.destination(view, l3);
      this.remote = isIn2out ? ip4.destination(view, l3) : ip4.source(view, l3);
      this.localPort = icmp4.identifier(view, l4);
      return true;
    }
    const inner = quotedHeader(l4);
    const innerL4 = inner + ip4.headerLength(view, inner);
    this.protocol = ip4.protocol(view, inner);
    // The quoted packet went the other way.
    this.local = isIn2out ? ip4.destination(view, inner) : ip4.source(view, inner);
    this.remote = isIn2out ? ip4.source(view, inner) : ip4.destination(view, inner);
    const natProtocol = natProtocolOf(this.protocol);
    if (natProtocol === NAT_ICMP) {
      this.localPort = icmp4.identifier(view, innerL4);
      return true;
    }
    if (natProtocol === NAT_UNKNOWN) {
      this.local = 0;
      this.remote = 0;
      this.protocol = 0;
      this.localPort = 0;
      return false;
    }
    this.localPort = view.getUint16(innerL4 + (isIn2out ? DESTINATION.port : SOURCE.port));
    this.remotePort = view.getUint16(innerL4 + (isIn2out ? SOURCE.port : DESTINATION.port));
    return true;
  }
}
