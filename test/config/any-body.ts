/** What the commands of all plugins say: tests tell them apart by kind. */

import type { Rule } from '../../src/pipeline/acl/match/acl-rules.js';
import type { SetNeighbor } from '../../src/pipeline/arp/commands.js';
import type {
  InterfaceMac,
  InterfaceMtu,
  InterfaceState,
  InterfaceUnnumbered,
} from '../../src/pipeline/interface/commands.js';
import type { CreateInterface, CreateLoopback } from '../../src/pipeline/interface/create-commands.js';
import type { AddTable, SetFlowHash } from '../../src/pipeline/fib/require-table.js';
import type { InterfaceAddress, InterfaceTableId } from '../../src/pipeline/ip4/commands.js';
import type { ChangeRoute } from '../../src/pipeline/ip4/route-command.js';
import type { AddL2FibEntry, BridgeInterface, MakeBridgeDomain } from '../../src/pipeline/l2/commands.js';
import type { InterfaceAddresses, PoolAddresses } from '../../src/pipeline/nat-common/address-commands.js';
import type {
  NatForwarding,
  NatInterfaces,
  NatMssClamping,
  NatTimeout,
} from '../../src/pipeline/nat-common/commands.js';
import type { Mapping } from '../../src/pipeline/nat-common/mapping-view.js';
import type { MakeTunnel } from '../../src/pipeline/vxlan/commands.js';

export type AnyBody =
  | CreateInterface
  | CreateLoopback
  | InterfaceState
  | InterfaceMac
  | InterfaceMtu
  | InterfaceUnnumbered
  | InterfaceAddress
  | InterfaceTableId
  | AddTable
  | SetFlowHash
  | ChangeRoute
  | SetNeighbor
  | { kind: 'acl'; index?: number | undefined; tag: string; rules: readonly Rule[] }
  | { kind: 'acl-interface'; interfaceName: string; direction: 'input' | 'output'; aclIndex: number; isDelete: boolean }
  | { kind: 'acl-session-timeout'; which: 'udp idle' | 'tcp idle' | 'tcp transient'; seconds: number }
  | { kind: 'acl-l4-match-nonfirst-fragment' | 'acl-hash-matching'; enabled: boolean }
  | NatInterfaces
  | NatForwarding
  | NatTimeout
  | NatMssClamping
  | PoolAddresses
  | InterfaceAddresses
  | Mapping
  | MakeTunnel
  | MakeBridgeDomain
  | BridgeInterface
  | AddL2FibEntry;
