/** All state that outlives a frame, as one configuration builds it. */

import { AclTable } from '../acl/acl-table.js';
import { FeatureTable } from './feature-table.js';
import { InterfaceTable } from './interface-table.js';
import { Ip4Tables } from '../fib/ip4-tables.js';
import { Nat44 } from '../nat-common/state/nat44.js';
import { BridgeDomains } from '../l2/bridge-domains.js';
import { VxlanTunnels } from '../vxlan/vxlan-tunnels.js';
import { Clock } from './clock.js';

export class Tables {
  readonly clock = new Clock();
  readonly interfaces = new InterfaceTable();
  readonly features = new FeatureTable();
  readonly ip4 = new Ip4Tables(this.interfaces, this.features);
  readonly acl = new AclTable(this.interfaces, this.features);
  readonly nat44 = new Nat44(this.interfaces, this.features, this.ip4, this.clock);
  readonly bridgeDomains = new BridgeDomains(this.interfaces);
  readonly vxlan = new VxlanTunnels();
  /** `# ethernet-input: generic`: that node compares destination MACs, and its first error replaces "no error". */
  ethernetInputGeneric = false;
}
