/**
 * Sessions that commands end (VPP 19.08 src/plugins/nat/nat.c snat_add_static_mapping, nat44_add_del_lb_static_mapping, snat_del_address;
 * VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei.c, whose names the functions cite).
 */

import type { Tables } from '../../engine/tables.js';
import type { PoolAddress } from '../pool/pool-address.js';
import type { NatMode } from './nat-mode.js';
import type { Nat44 } from './nat44.js';
import { keyPort } from './session-key.js';
import { SESSION_LOAD_BALANCING, SESSION_STATIC_MAPPING } from './sessions.js';
import type { MappingLocal, StaticMapping } from './static-mappings.js';

const NONE = -1;

/** Has sessions follow what commands change, while a kind of NAT44 is enabled that leaves that to this. */
export function followCommands(nat44: Nat44, tables: Tables): void {
  const ender = (): EndedByCommand | null => {
    const { remove } = nat44.mode;
    return remove === undefined ? null : new EndedByCommand(nat44, tables, remove);
  };
  nat44.mappingAdded.listen((mapping) => ender()?.mappingAdded(mapping));
  nat44.mappingRemoved.listen((mapping, inside) => ender()?.mappingRemoved(mapping, inside));
  nat44.addressRemoved.listen((address, entry) => ender()?.addressRemoved(address, entry));
}

class EndedByCommand {
  constructor(
    private readonly nat44: Nat44,
    private readonly tables: Tables,
    private readonly remove: Required<NatMode>['remove'],
  ) {}

  /** delete_matching_dynamic_sessions: of an inside host, those of the mapping's local port, whatever their protocol. */
  mappingAdded({ localAddress, localPort, fibIndex, isAddressOnly }: StaticMapping): void {
    const { users, sessions } = this.nat44;
    const user = users.find(localAddress, fibIndex);
    if (user < 0 || users.sessionCount[user] === 0) return;
    this.endOf(
      user,
      (session) => !this.isStatic(session) && (isAddressOnly || keyPort(sessions.in2outWord(session)) === localPort),
      !isAddressOnly,
    );
  }

  /** nat44_ei_static_mapping_del_sessions, and the same of a back end. */
  mappingRemoved(
    { localAddress, externalAddress, externalPort, isAddressOnly, isLoadBalanced }: StaticMapping,
    inside: Pick<MappingLocal, 'address' | 'port' | 'fibIndex'>,
  ): void {
    const { users, sessions } = this.nat44;
    const user = users.find(isLoadBalanced ? inside.address : localAddress, inside.fibIndex);
    if (user < 0 || users.staticSessionCount[user] === 0) return;
    const isOfMapping = (session: number): boolean =>
      sessions.out2inAddress(session) === externalAddress && keyPort(sessions.out2inWord(session)) === externalPort;
    const isOfBackEnd = (session: number): boolean =>
      sessions.in2outAddress(session) === inside.address && keyPort(sessions.in2outWord(session)) === inside.port;
    const isOurs = (session: number): boolean => {
      if (this.isBalanced(session) !== isLoadBalanced) return false;
      return isLoadBalanced ? isOfBackEnd(session) : this.isStatic(session) && (isAddressOnly || isOfMapping(session));
    };
    this.endOf(user, isOurs, !isAddressOnly);
  }

  /** nat44_ei_del_address: only where ports of the address are in use, but then static sessions go as well. */
  addressRemoved(address: number, { busyPorts }: PoolAddress): void {
    const { sessions } = this.nat44;
    if (!busyPorts.some((count) => count > 0)) return;
    const gone: number[] = [];
    for (let session = 0; session < sessions.length; session++)
      if (sessions.isUsed(session) && sessions.out2inAddress(session) === address) gone.push(session);
    for (const session of gone) this.remove(this.tables, session);
  }

  private isStatic(session: number): boolean {
    return (this.nat44.sessions.flags(session) & SESSION_STATIC_MAPPING) !== 0;
  }

  private isBalanced(session: number): boolean {
    return (this.nat44.sessions.flags(session) & SESSION_LOAD_BALANCING) !== 0;
  }

  /** Ends sessions of a user, oldest first; where sessions are of inside ends, the first one may be all. */
  private endOf(user: number, test: (session: number) => boolean, isOne: boolean): void {
    const { users, sessions, mode } = this.nat44;
    let session = users.oldest[user];
    while (session !== NONE) {
      const next = sessions.newer(session);
      if (test(session)) {
        this.remove(this.tables, session);
        if (isOne && !mode.isEndpointDependent) return;
      }
      session = next;
    }
  }
}

/** nat44_ei_user_del_sessions */
export function endUser(tables: Tables, address: number, fibIndex: number): void {
  const { users, sessions, mode } = tables.nat44;
  const user = users.find(address, fibIndex);
  for (let session = user < 0 ? NONE : users.oldest[user]; session !== NONE;) {
    const next = sessions.newer(session);
    mode.remove?.(tables, session);
    session = next;
  }
}
