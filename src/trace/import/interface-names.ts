/** Names for all interfaces of a trace: VPP's where it shows them, placeholders where it does not. */

import { roleOf } from '../parse/nodes.js';
import { destinationMac } from '../rebuild/rebuilt-frame.js';
import type { ImportedPacket, ImportedTrace } from './imported-trace.js';
import type { TracedInterface } from './interfaces.js';
import { TracedSubs } from './sub-interfaces.js';

export interface NamedInterface {
  readonly name: string;
  readonly facts: TracedInterface;
  /** The trace does not have the name. */
  readonly isPlaceholder: boolean;
}

export class InterfaceNames {
  readonly subs: TracedSubs;

  constructor(
    readonly all: readonly NamedInterface[],
    packets: readonly ImportedPacket[],
  ) {
    this.subs = new TracedSubs(packets, (packet) => this.rxOf(packet));
  }

  byIndex(swIfIndex: number): string | null {
    const found = this.all.find(({ facts }) => facts.swIfIndex?.value === swIfIndex)?.name;
    return found ?? this.subs.all.find((sub) => sub.swIfIndex === swIfIndex)?.name ?? null;
  }

  /** The interface that takes a packet: a sub-interface of the one that it arrived on, where its tags say so. */
  ingressOf(packet: ImportedPacket): string | null {
    const port = this.rxOf(packet);
    return this.subs.of(packet, port)?.name ?? port;
  }

  /** The interface a packet arrived on, or null where no line says; drop nodes name a sub-interface. */
  rxOf({ rx, input }: ImportedPacket): string | null {
    if (rx.name !== null) return this.all.find(({ name }) => rx.name?.startsWith(`${name}.`) === true)?.name ?? rx.name;
    const numbered = rx.swIfIndex === null ? null : this.byIndex(rx.swIfIndex);
    if (numbered !== null || input === null) return numbered;
    const mac = destinationMac(input);
    return this.all.find(({ facts }) => facts.mac?.value === mac)?.name ?? null;
  }
}

export function interfaceNames({ interfaces, packets }: ImportedTrace): InterfaceNames {
  const taken = new Set(interfaces.all.flatMap(({ name }) => (name === null ? [] : [name.value])));
  const drivers = new Map<TracedInterface, string>();
  for (const { trace, rx, input } of packets) {
    const node = trace.records[0].node;
    const entry =
      (rx.swIfIndex === null ? undefined : interfaces.byIndex(rx.swIfIndex)) ??
      (input === null ? undefined : interfaces.byMac(destinationMac(input) ?? ''));
    if (entry && node !== null && roleOf(node) === 'device') drivers.set(entry, node);
  }
  const free = (stem: string): string => {
    for (let i = 0; ; i++)
      if (!taken.has(`${stem}${i}`)) {
        taken.add(`${stem}${i}`);
        return `${stem}${i}`;
      }
  };
  const sorted = interfaces.all.toSorted((a, b) => (a.swIfIndex?.value ?? Infinity) - (b.swIfIndex?.value ?? Infinity));
  return new InterfaceNames(
    sorted.map((facts) => {
      if (facts.name !== null) return { name: facts.name.value, facts, isPlaceholder: false };
      if (facts.isBvi) return { name: free('loop'), facts, isPlaceholder: true };
      const stem = drivers.get(facts) === 'virtio-input' ? 'tap' : drivers.get(facts) === 'pg-input' ? 'pg' : 'unknown';
      return { name: free(stem), facts, isPlaceholder: true };
    }),
    packets,
  );
}
