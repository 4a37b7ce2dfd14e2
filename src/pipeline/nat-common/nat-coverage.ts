/** Coverage of NAT44: static mappings, and addresses of the pools. */

import { formatAddress } from '../../wire/address.js';
import { originOf } from '../command/apply-command.js';
import type { Command } from '../command/command-row.js';
import type { StepKind } from '../engine/steps.js';
import type { Tables } from '../engine/tables.js';
import { BY_SESSION, commandsOf, DECIDED, HitTable, notApplied } from '../step-coverage.js';
import type { CountedStep, CoverageItem, StepCoverage } from '../step-coverage.js';
import type { InterfaceAddresses, PoolAddresses } from './address-commands.js';
import { natMappingView, type Mapping } from './mapping-view.js';
import { NAT44 } from './nat-steps.js';
import { SESSION_TWICE_NAT } from './state/sessions.js';

/** A mapping or address is exercised by the packet that meets it itself; packets of sessions that came of it count apart. */
export class NatCoverage implements StepCoverage {
  readonly kind: StepKind = NAT44;
  /** By index of the mapping, by address of the pool, and of the twice-nat pool. */
  private readonly mappings = new HitTable();
  private readonly addresses = new HitTable();
  private readonly twiceAddresses = new HitTable();
  /** The packet that met the mapping counted last, which several nodes may ask for. */
  private mappingFrame = -1;
  private lastMapping = -1;

  constructor(private readonly tables: Tables) {}

  count(at: number, { steps: { words }, makerOf, frame, packets }: CountedStep): void {
    const { sessions } = this.tables.nat44;
    const session = words[at + NAT44.at.session];
    const met = words[at + NAT44.at.mapping];
    const mapping = met >= 0 || session < 0 ? met : (makerOf(NAT44, session)?.first ?? -1);
    const how = session < 0 || words[at + NAT44.at.isNew] !== 0 ? DECIDED : BY_SESSION;
    if (mapping >= 0) {
      if (frame === this.mappingFrame && mapping === this.lastMapping) return;
      this.mappingFrame = frame;
      this.lastMapping = mapping;
      this.mappings.add(mapping, how, packets);
    } else if (session >= 0) this.addresses.add(sessions.out2inAddress(session), how, packets);
    if (session >= 0 && (sessions.flags(session) & SESSION_TWICE_NAT) !== 0)
      this.twiceAddresses.add(sessions.extHostNatAddress(session), how, packets);
  }

  items(commands: readonly Command[]): CoverageItem[] {
    return [...this.mappingItems(commands), ...this.addressItems(commands)];
  }

  /** One item for each command; a mapping that a later command took away is none. */
  private mappingItems(script: readonly Command[]): CoverageItem[] {
    const { mappings } = this.tables.nat44;
    const commands = commandsOf<Mapping>(
      script,
      'nat44-static-mapping',
      'nat44-identity-mapping',
      'nat44-lb-static-mapping',
    );
    return commands.flatMap((command): CoverageItem[] => {
      const { body } = command;
      if (body.isDelete) return [];
      const origin = originOf(command);
      const index = mappings.pool.findIndex((mapping) => mapping.origin === origin);
      const isPending = this.tables.nat44.interfaceAddresses.isPending(origin);
      if (index < 0 && !isPending) return [];
      const { kind, protocol, external, locals } = natMappingView(body);
      return [
        {
          kind: 'NAT44 mapping',
          name: `${kind} mapping ${protocol} ${external}${kind === 'static' ? ` to ${locals.join()}` : ''}`,
          text: command.text,
          origin,
          ...this.mappings.of(index),
          unreachable: index >= 0 ? null : notApplied('not in force: its interface has no address'),
        },
      ];
    });
  }

  /** One item for each address of the pools. */
  private addressItems(script: readonly Command[]): CoverageItem[] {
    const { tables } = this;
    const { pool, twicePool, fib } = tables.nat44;
    const commands = commandsOf<PoolAddresses | InterfaceAddresses>(script, 'nat44-address', 'nat44-interface-address');
    const adds = (body: PoolAddresses | InterfaceAddresses, address: number): boolean => {
      if (body.isDelete) return false;
      if (body.kind === 'nat44-address') return address >>> 0 >= body.first >>> 0 && address >>> 0 <= body.last >>> 0;
      const swIfIndex = tables.interfaces.byName(body.interfaceName)?.swIfIndex ?? -1;
      return fib.firstAddressOf(swIfIndex) === address;
    };
    return [false, true].flatMap((twiceNat) =>
      (twiceNat ? twicePool : pool).addresses.map(({ address }): CoverageItem => {
        const by = commands.find(({ body }) => body.twiceNat === twiceNat && adds(body, address));
        return {
          kind: 'NAT44 address',
          name: `${twiceNat ? 'twice-nat address' : 'address'} ${formatAddress(address)}`,
          text: by?.text ?? '',
          origin: by === undefined ? '' : originOf(by),
          ...(twiceNat ? this.twiceAddresses : this.addresses).of(address),
          unreachable: null,
        };
      }),
    );
  }
}
