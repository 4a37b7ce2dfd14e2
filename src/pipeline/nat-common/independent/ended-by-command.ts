/**
 * Sessions that commands end (VPP 19.08 src/plugins/nat/nat.c snat_add_static_mapping, snat_del_address; VPP 26.06
 * src/plugins/nat/nat44-ei/nat44_ei.c, whose names the functions cite).
 */

import type { Tables } from '../../engine/tables.js';
import { keyPort } from '../state/session-key.js';
import { SESSION_STATIC_MAPPING } from '../state/sessions.js';
import type { PoolAddress } from '../state/address-pool.js';
import type { StaticMapping } from '../state/static-mappings.js';

const NONE = -1;

export class EndedByCommand {
  constructor(private readonly tables: Pick<Tables, 'nat44' | 'nat44Independent'>) {}

  /** Has sessions follow what commands change, while a kind of endpoint-independent NAT44 is enabled. */
  listen(): void {
    const { nat44 } = this.tables;
    const isOurs = (): boolean => !nat44.mode.isEndpointDependent;
    nat44.mappingAdded.listen((mapping) => {
      if (isOurs()) this.mappingAdded(mapping);
    });
    nat44.mappingRemoved.listen((mapping, { fibIndex }) => {
      if (isOurs()) this.mappingRemoved(mapping, fibIndex);
    });
    nat44.addressRemoved.listen((address, entry) => {
      if (isOurs()) this.addressRemoved(address, entry);
    });
  }

  /** delete_matching_dynamic_sessions: of an inside host, those of the mapping's local port, whatever their protocol. */
  private mappingAdded({ localAddress, localPort, fibIndex, isAddressOnly }: StaticMapping): void {
    const { users, sessions } = this.tables.nat44;
    const user = users.find(localAddress, fibIndex);
    if (user < 0 || users.sessionCount[user] === 0) return;
    this.deleteOf(
      user,
      (session) => !this.isStatic(session) && (isAddressOnly || keyPort(sessions.in2outWord(session)) === localPort),
      !isAddressOnly,
    );
  }

  /** nat44_ei_static_mapping_del_sessions */
  private mappingRemoved(
    { localAddress, externalAddress, externalPort, isAddressOnly }: StaticMapping,
    fibIndex: number,
  ): void {
    const { users, sessions } = this.tables.nat44;
    const user = users.find(localAddress, fibIndex);
    if (user < 0 || users.staticSessionCount[user] === 0) return;
    const isOfMapping = (session: number): boolean =>
      sessions.out2inAddress(session) === externalAddress && keyPort(sessions.out2inWord(session)) === externalPort;
    this.deleteOf(user, (session) => this.isStatic(session) && (isAddressOnly || isOfMapping(session)), !isAddressOnly);
  }

  /** nat44_ei_del_address: only where ports of the address are in use, but then static sessions go as well. */
  private addressRemoved(address: number, { busyPorts }: PoolAddress): void {
    const { nat44, nat44Independent } = this.tables;
    const { sessions, users } = nat44;
    if (!busyPorts.some((count) => count > 0)) return;
    const gone: number[] = [];
    for (let session = 0; session < sessions.length; session++)
      if (sessions.isUsed(session) && sessions.out2inAddress(session) === address) gone.push(session);
    for (const session of gone) nat44Independent.forget(session);
    for (const session of gone) users.deleteSession(session);
  }

  /** nat44_ei_user_del_sessions; false where there is no such user. */
  deleteUser(address: number, fibIndex: number): boolean {
    const user = this.tables.nat44.users.find(address, fibIndex);
    if (user < 0) return false;
    this.deleteOf(user, () => true, false);
    return true;
  }

  private isStatic(session: number): boolean {
    return (this.tables.nat44.sessions.flags(session) & SESSION_STATIC_MAPPING) !== 0;
  }

  /** Deletes sessions of a user, oldest first. */
  private deleteOf(user: number, test: (session: number) => boolean, isOne: boolean): void {
    const { nat44, nat44Independent } = this.tables;
    let session = nat44.users.oldest[user];
    while (session !== NONE) {
      const next = nat44.sessions.newer(session);
      if (test(session)) {
        nat44Independent.delete(session);
        if (isOne) return;
      }
      session = next;
    }
  }
}
