/** NAT44's state as a whole: VPP's snat_main (VPP 19.08 src/plugins/nat/nat.h). */

import { Changes } from '../../engine/state/changes.js';
import type { Clock } from '../../engine/state/clock.js';
import type { FeatureTable } from '../../engine/state/feature-table.js';
import type { Interface, InterfaceTable } from '../../engine/state/interface-table.js';
import type { SavedState } from '../../engine/state/saved-states.js';
import type { Ip4Tables } from '../../fib/ip4/ip4-tables.js';
import { HairpinTarget } from './hairpin-target.js';
import { NatPacket } from '../nat-packet.js';
import { AddressPool, ANY_FIB } from '../pool/address-pool.js';
import { InterfaceAddresses } from './interface-addresses.js';
import { NatFib } from './nat-fib.js';
import { NatInterfaces, type NatResult } from './nat-interfaces.js';
import type { NatLimits, NatMode } from './nat-mode.js';
import type { PoolAddress } from '../pool/pool-address.js';
import { PortStream } from './port-stream.js';
import { Reassemblies } from './reassembly.js';
import { keyProtocol, NAT_ICMP, NAT_TCP, NAT_UNKNOWN } from './session-key.js';
import { Sessions } from './sessions.js';
import { deleteMapping, type MappingSurroundings } from './static-mapping-config.js';
import { StaticMappings, type StaticMapping } from './static-mappings.js';
import { Users } from './users.js';

/** `nat { ... }` of startup.conf; null for VPP's default. */
export interface NatStartup {
  readonly endpointDependent: boolean;
  readonly maxTranslationsPerUser: number | null;
  readonly translationHashBuckets: number | null;
  readonly userHashBuckets: number | null;
}

/** Seconds of silence after which a session counts as expired (nat.h SNAT_*_TIMEOUT). */
export interface NatTimeouts {
  udp: number;
  tcpEstablished: number;
  tcpTransitory: number;
  icmp: number;
}

const DEFAULT_MAX_TRANSLATIONS_PER_USER = 100;
const DEFAULT_TRANSLATION_BUCKETS = 1024;
/** "do not exceed load factor 10" */
const SESSIONS_PER_BUCKET = 10;

const DEFAULT_TIMEOUTS: NatTimeouts = { udp: 300, tcpEstablished: 7440, tcpTransitory: 240, icmp: 60 };

export class Nat44 {
  startup: NatStartup = {
    endpointDependent: false,
    maxTranslationsPerUser: null,
    translationHashBuckets: null,
    userHashBuckets: null,
  };
  readonly timeouts: NatTimeouts = { ...DEFAULT_TIMEOUTS };
  /** `nat44 forwarding enable`: what has no translation passes untranslated. */
  forwardingEnabled = false;
  /** Largest MSS of a SYN going out, 0 for no clamping. */
  mssClamping = 0;
  /** FIB indices of the default outside and inside VRF. */
  outsideFibIndex = 0;
  insideFibIndex = 0;
  /** Table id of the latter. */
  insideVrf = 0;

  readonly ports = new PortStream();
  readonly pool = new AddressPool(this.ports);
  readonly twicePool = new AddressPool(this.ports);
  readonly mappings = new StaticMappings(this.ports);
  readonly sessions = new Sessions();
  readonly users = new Users(this.sessions);
  /** Datagrams in fragments; who caches one keeps it as an object of its own. */
  readonly reassemblies = new Reassemblies<object>();
  readonly fib: NatFib;
  readonly interfaces: NatInterfaces;
  readonly interfaceAddresses: InterfaceAddresses;
  /** The packet that a NAT node has, or had last. */
  readonly packet = new NatPacket();
  /** Where hairpinning last led. */
  readonly hairpin = new HairpinTarget();
  readonly modes: NatMode[] = [];
  /** A mapping came, or its inside end went away; an address of the pool came, or went. */
  readonly mappingAdded = new Changes<[mapping: StaticMapping]>();
  readonly mappingRemoved = new Changes<Parameters<Required<MappingSurroundings>['removed']>>();
  readonly addressAdded = new Changes<[address: number]>();
  readonly addressRemoved = new Changes<[address: number, entry: PoolAddress]>();
  /** The plugin that a command enabled, and the limits that it was given. */
  private plugin: { readonly mode: NatMode; readonly limits: NatLimits } | null = null;

  constructor(
    interfaces: InterfaceTable,
    features: FeatureTable,
    ip4: Ip4Tables,
    readonly clock: Clock,
  ) {
    this.fib = new NatFib(ip4, interfaces);
    this.interfaces = new NatInterfaces(
      features,
      () => this.mode,
      (entry, isAdd) => {
        this.changeLocalsOf(entry, isAdd);
      },
    );
    interfaces.tableBound.listen(({ swIfIndex, fibIndex }, from) => {
      this.interfaces.rebind(swIfIndex, fibIndex, from);
    });
    this.interfaceAddresses = new InterfaceAddresses(this, ip4.interfaceIp4);
  }

  get saved(): SavedState[] {
    return [
      this.ports.saved,
      ...this.sessions.saved,
      ...this.users.saved,
      this.pool.saved('nat44'),
      this.twicePool.saved('nat44 twice-nat'),
      ...this.reassemblies.saved(),
    ];
  }

  /** The kind of NAT44 that this node runs, or would run: startup.conf chooses it, or a command enables its plugin. */
  get mode(): NatMode {
    const { endpointDependent } = this.startup;
    const mode = this.plugin?.mode ?? this.modes.find((one) => one.isEndpointDependent === endpointDependent);
    if (!mode) throw new Error('no plugin has this kind of NAT44');
    return mode;
  }

  /** True where commands for this kind work. */
  isEnabled(mode: NatMode): boolean {
    return mode.isPlugin ? this.plugin?.mode === mode : this.mode === mode;
  }

  /** `nat44 ei plugin enable`, `nat44 plugin enable`. Only one kind can be enabled. */
  enable(mode: NatMode, limits: NatLimits): NatResult {
    if (this.plugin !== null) return this.plugin.mode === mode ? 'exists' : 'unsupported';
    this.plugin = { mode, limits };
    this.pool.policy = mode.ports;
    this.twicePool.policy = mode.ports;
    this.mappings.anyProtocol = mode.isPlugin ? NAT_UNKNOWN : 0;
    this.users.limit = limits.users;
    Object.assign(this.timeouts, DEFAULT_TIMEOUTS);
    return 'ok';
  }

  /** `nat44 ei plugin disable`, `nat44 plugin disable`: takes the configuration away; sessions are the plugin's affair. */
  disable({ all }: InterfaceTable): void {
    this.interfaceAddresses.clear();
    for (const mapping of this.mappings.pool.values()) {
      const vrfs = mapping.isIdentity ? mapping.locals.values().map(({ vrf }) => vrf) : [mapping.vrf];
      for (const vrf of vrfs) deleteMapping(this.mappingSurroundings, { ...mapping, vrf });
    }
    for (const { address } of [...this.pool.addresses]) this.deleteAddress(address, false);
    for (const { address } of [...this.twicePool.addresses]) this.deleteAddress(address, true);
    for (const { swIfIndex, isInside, isOutside } of this.interfaces.interfaces.values()) {
      if (isInside) this.interfaces.change(all[swIfIndex], true, true);
      if (isOutside) this.interfaces.change(all[swIfIndex], false, true);
    }
    for (const { swIfIndex } of this.interfaces.outputFeatures.values())
      this.interfaces.changeOutputFeature(all[swIfIndex], false, true);
    this.forwardingEnabled = false;
    this.mssClamping = 0;
    this.plugin = null;
  }

  get maxTranslationsPerUser(): number {
    return this.plugin?.limits.userSessions ?? this.startup.maxTranslationsPerUser ?? DEFAULT_MAX_TRANSLATIONS_PER_USER;
  }

  /** Sessions there can be at once. */
  get maxTranslations(): number {
    const buckets = this.startup.translationHashBuckets ?? DEFAULT_TRANSLATION_BUCKETS;
    return this.plugin?.limits.sessions ?? SESSIONS_PER_BUCKET * buckets;
  }

  /** maximum_sessions_exceeded */
  get isFull(): boolean {
    return this.sessions.count >= this.maxTranslations;
  }

  /** nat44_session_get_timeout, in seconds. */
  timeoutOf(session: number): number {
    switch (keyProtocol(this.sessions.in2outWord(session))) {
      case NAT_ICMP:
        return this.timeouts.icmp;
      case NAT_TCP:
        return this.sessions.state(session) === 0 ? this.timeouts.tcpEstablished : this.timeouts.tcpTransitory;
      default:
        return this.timeouts.udp;
    }
  }

  /** True once a session has been silent for its timeout: VPP keeps the end in an integer, the fraction cut off. */
  isExpired(session: number, now: number): boolean {
    return now >= Math.floor(this.sessions.lastHeard(session) + this.timeoutOf(session));
  }

  /** FIB of a new session's outside: the only outside FIB, else the first that reaches the destination by an interface. */
  outsideFibFor(destination: number): number {
    const { outsideFibs } = this.interfaces;
    if (outsideFibs.length === 1) return outsideFibs[0].fibIndex;
    for (const { fibIndex } of outsideFibs) {
      if (this.fib.resolvingInterface(fibIndex, destination) >= 0) return fibIndex;
    }
    return this.outsideFibIndex;
  }

  /** What static-mapping-config.ts works on. */
  get mappingSurroundings(): MappingSurroundings {
    return {
      mappings: this.mappings,
      pool: this.pool,
      isEndpointDependent: this.mode.isEndpointDependent,
      isPlugin: this.mode.isPlugin,
      insideVrf: this.insideVrf,
      reservesPorts: this.mode.reservesPorts !== false,
      added: (mapping) => {
        this.mappingAdded.tell(mapping);
      },
      removed: (mapping, inside) => {
        this.mappingRemoved.tell(mapping, inside);
      },
      fibIndexOf: (vrf) => this.fib.indexOf(vrf),
      changeLocal: (address, isAdd) => {
        this.changeLocal(address, isAdd);
      },
    };
  }

  /** snat_add_address: `nat44 add address` for one address. */
  addAddress(address: number, tenantVrf: number | null, isTwiceNat: boolean, origin = ''): NatResult {
    if (isTwiceNat && !this.mode.isEndpointDependent) return 'feature-disabled';
    const pool = isTwiceNat ? this.twicePool : this.pool;
    if (pool.find(address)) return 'exists';
    pool.add(address, tenantVrf === null ? ANY_FIB : this.fib.indexOf(tenantVrf), origin);
    if (isTwiceNat) return 'ok';
    this.changeLocal(address, true);
    this.addressAdded.tell(address);
    return 'ok';
  }

  /** snat_del_address */
  deleteAddress(address: number, isTwiceNat: boolean, withMappings = false): NatResult {
    const pool = isTwiceNat ? this.twicePool : this.pool;
    const entry = pool.find(address);
    if (!entry) return 'missing';
    const used = this.mappings.pool.values().filter(({ externalAddress }) => externalAddress === address);
    const isFree = this.mode.reservesPorts === false;
    if (withMappings && !isFree) for (const mapping of used) deleteMapping(this.mappingSurroundings, mapping);
    else if (!isFree && used.some((one) => !one.isAddressOnly && !one.isOut2inOnly && !one.isIdentity)) return 'in-use';
    pool.remove(address);
    if (!isTwiceNat) this.changeLocal(address, false);
    this.addressRemoved.tell(address, entry);
    return 'ok';
  }

  private changeLocalsOf({ swIfIndex }: Interface, isAdd: boolean): void {
    const isAll = this.mode.reservesPorts === false;
    for (const { address } of this.pool.addresses) this.fib.changeLocal(address, swIfIndex, isAdd, isAll);
    for (const { isAddressOnly, localAddress, externalAddress } of this.mappings.pool.values()) {
      if (isAll || (isAddressOnly && localAddress !== externalAddress))
        this.fib.changeLocal(externalAddress, swIfIndex, isAdd, isAll);
    }
  }

  private changeLocal(address: number, isAdd: boolean): void {
    const isCounted = this.mode.reservesPorts === false;
    for (const swIfIndex of this.interfaces.outsideOfLaterAddress())
      this.fib.changeLocal(address, swIfIndex, isAdd, isCounted);
  }
}
