/** Which interfaces a trace shows: their numbers, names and MAC addresses, and the line that says so. */

import type { NodeRole } from '../../pipeline/engine/trace/node-trace.js';
import { interfaceOfNode, roleOf } from '../parse/nodes.js';
import { RX_NAMES } from '../parse/other-nodes.js';
import { field, lineOf, textOf, type NodeRecord, type PacketTrace, type TraceLine } from '../parse/trace-record.js';
import { destinationMac, type RebuiltFrame } from '../rebuild/rebuilt-frame.js';

/** A fact and where it stands. */
export interface Stated<T> {
  readonly value: T;
  readonly line: number;
}

interface Draft {
  swIfIndex: Stated<number> | null;
  name: Stated<string> | null;
  mac: Stated<string> | null;
  /** Packets leave a bridge domain through it (BVI). */
  isBvi: boolean;
}
export type TracedInterface = Readonly<Draft>;

export class InterfaceFacts {
  /** Sentences where two places disagree. */
  readonly conflicts: string[] = [];
  private readonly drafts: Draft[] = [];

  constructor(traces: readonly PacketTrace[]) {
    for (const { records } of traces) this.readPacket(records);
    for (const trace of traces) this.readRx(trace);
    for (const { records } of traces) this.readBvi(records);
  }

  get all(): readonly TracedInterface[] {
    return this.drafts;
  }

  byIndex(swIfIndex: number): TracedInterface | undefined {
    return this.drafts.find((entry) => entry.swIfIndex?.value === swIfIndex);
  }

  byName(name: string): TracedInterface | undefined {
    return this.drafts.find((entry) => entry.name?.value === name);
  }

  byMac(mac: string): TracedInterface | undefined {
    return this.drafts.find((entry) => entry.mac?.value === mac);
  }

  /** The interface a packet arrived on, as far as any line says. */
  rxOf(trace: PacketTrace, frame: RebuiltFrame | null): { swIfIndex: number | null; name: string | null } {
    const swIfIndex = rxIndex(trace.records)?.value ?? null;
    const mac = frame === null ? null : destinationMac(frame);
    const entry =
      (swIfIndex === null ? undefined : this.byIndex(swIfIndex)) ?? (mac === null ? undefined : this.byMac(mac));
    const name = rxName(trace.records)?.value ?? entry?.name?.value ?? null;
    return { swIfIndex: swIfIndex ?? entry?.swIfIndex?.value ?? null, name };
  }

  /** What ip4-rewrite and the output nodes say about the interface a packet leaves by. */
  private readPacket(records: readonly NodeRecord[]): void {
    let outputIndex: Stated<number> | null = null;
    for (const record of records) {
      const { node } = record;
      const rewrite = lineOf(record, 'rewrite');
      if (rewrite !== undefined) {
        const index = number(rewrite, 'fibIndex');
        if (index !== null && isRewritten(record, rewrite))
          this.note({ swIfIndex: index, name: word(rewrite, 'interface'), mac: sourceOf(rewrite), isBvi: false });
      }
      if (node?.includes('-out-ip4-') === true) outputIndex = number(lineOf(record, 'acl'), 'swIfIndex');
      const name = interfaceOfNode(node);
      const ethernet = lineOf(record, 'ethernet');
      if (name === null || record.isFurther) continue;
      const isMade = textOf(ethernet, 'type') === 'ARP';
      this.note({
        swIfIndex: isMade ? null : outputIndex,
        name: { value: name, line: record.number },
        mac: ethernet === undefined ? null : word(ethernet, 'source'),
        isBvi: false,
      });
      outputIndex = null;
    }
  }

  /** A packet that comes out of a tunnel's bridge arrives on the BVI, whose address it was sent to. */
  private readBvi(records: readonly NodeRecord[]): void {
    const at = records.findIndex(({ node }) => roleOf(node) === 'decap');
    if (at < 0) return;
    const inside = records.slice(at + 1);
    const fwd = inside.flatMap(({ lines }) => lines).find(({ form }) => form === 'l2-fwd');
    const after = inside.slice(inside.findIndex(({ node }) => node === 'ip4-input'));
    const swIfIndex = rxIndex(after);
    if (fwd === undefined || swIfIndex === null) return;
    this.note({ swIfIndex, name: null, mac: word(fwd, 'destination'), isBvi: true });
  }

  private readRx({ records }: PacketTrace): void {
    const swIfIndex = rxIndex(records);
    const ethernet = records
      .filter(({ node }) => ['device', 'ethernet'].includes(roleOf(node)))
      .flatMap(({ lines }) => lines.filter(({ form }) => form === 'ethernet'))[0] as TraceLine | undefined;
    const mac = ethernet === undefined ? null : word(ethernet, 'destination');
    const isUnicast = mac !== null && (parseInt(mac.value.slice(0, 2), 16) & 1) === 0;
    this.note({ swIfIndex, name: rxName(records), mac: isUnicast ? mac : null, isBvi: false });
  }

  /** Merges what belongs to one interface. */
  private note(found: Draft): void {
    const entries = this.drafts.filter(
      ({ swIfIndex, name, mac }) =>
        (found.name !== null && name?.value === found.name.value) ||
        (found.swIfIndex !== null && swIfIndex?.value === found.swIfIndex.value) ||
        // A MAC address alone connects only what has nothing better.
        (found.mac !== null &&
          mac?.value === found.mac.value &&
          (found.name === null || name === null) &&
          // Sub-interfaces have their port's.
          (same(swIfIndex, found.swIfIndex) || ![name, found.name].some((known) => known?.value.includes('.')))),
    );
    const compatible = entries.filter((entry) => agrees(entry, found));
    if (entries.length > compatible.length)
      this.noteConflict(
        entries.find((entry) => !agrees(entry, found)),
        found,
      );
    const target = compatible.shift() ?? this.add();
    // What was two until now is one.
    for (const other of compatible)
      if (agrees(target, other)) {
        merge(target, other);
        this.drafts.splice(this.drafts.indexOf(other), 1);
      }
    merge(target, found);
  }

  private add(): Draft {
    const entry: Draft = { swIfIndex: null, name: null, mac: null, isBvi: false };
    this.drafts.push(entry);
    return entry;
  }

  private noteConflict(entry: Draft | undefined, found: Draft): void {
    if (entry === undefined) return;
    const text = `${describe(entry)}, but ${describe(found)}: traces of several nodes, or of a node that changed`;
    if (!this.conflicts.includes(text)) this.conflicts.push(text);
  }
}

const same = <T>(a: Stated<T> | null, b: Stated<T> | null): boolean => a === null || b === null || a.value === b.value;

/** Number and name belong to one interface; its MAC may be any, since frames to others' addresses arrive too. */
const agrees = (a: Draft, b: Draft): boolean => same(a.swIfIndex, b.swIfIndex) && same(a.name, b.name);

function merge(target: Draft, from: Draft): void {
  target.swIfIndex ??= from.swIfIndex;
  target.name ??= from.name;
  target.mac ??= from.mac;
  target.isBvi ||= from.isBvi;
}

const describe = ({ swIfIndex, name, mac }: Draft): string =>
  [
    swIfIndex === null ? null : `sw_if_index ${swIfIndex.value} (line ${swIfIndex.line})`,
    name === null ? null : `${name.value} (line ${name.line})`,
    swIfIndex !== null && name !== null ? null : mac && `MAC ${mac.value} (line ${mac.line})`,
  ]
    .filter((part) => part !== null)
    .join(' is ');

function number(line: TraceLine | undefined, name: string): Stated<number> | null {
  const found = field(line, name);
  return found === null || found.isOpen ? null : found;
}

function word(line: TraceLine, name: string): Stated<string> | null {
  const found = line.values[name];
  return found === undefined || found.isOpen ? null : { value: found.text, line: line.number };
}

/** The source address of a rewrite string. */
function sourceOf(rewrite: TraceLine): Stated<string> | null {
  const digits = textOf(rewrite, 'rewrite') ?? '';
  if (digits.length < 24) return null;
  return { value: (digits.slice(12, 24).match(/../g) ?? []).join(':'), line: rewrite.number };
}

/**
 * True where the dump has the rewrite string. A packet that ip4-rewrite drops or has fragmented has no interface yet: what VPP
 * prints as one is then its FIB.
 */
function isRewritten({ lines }: NodeRecord, rewrite: TraceLine): boolean {
  const dump = lines.find((line) => line.form === 'dump' && field(line, 'offset')?.value === 0);
  return textOf(dump, 'bytes')?.startsWith(textOf(rewrite, 'rewrite') ?? '-') === true;
}

/** sw_if_index of the interface a packet arrived on: from its first nodes, before routing. */
export function rxIndex(records: readonly NodeRecord[]): Stated<number> | null {
  for (const { node, lines } of records) {
    const role = roleOf(node);
    if (role === 'rewrite' || role === 'decap' || role === 'encap' || role === 'output') return null;
    const found = field(
      lines.find((line) => RX_INDICES.has(line.form) && textOf(line, 'swIfIndex') !== undefined),
      'swIfIndex',
    );
    if (found !== null) return found;
  }
  return null;
}
const RX_INDICES: ReadonlySet<string> = new Set(['pg', 'frame', 'worker-handoff', 'acl', 'nat', 'l2-input']);

/** Its name: some drivers print it, and so do the drop nodes. */
function rxName(records: readonly NodeRecord[]): Stated<string> | null {
  const queue = records[0]?.lines.find(({ form }) => RX_NAMES.has(form));
  if (queue !== undefined) return word(queue, 'interface');
  for (const record of records) {
    const { node, isFurther } = record;
    const line = lineOf(record, 'drop-rx');
    const name = textOf(line, 'interface');
    if (line !== undefined && name !== undefined && !isFurther) return { value: name, line: line.number };
    // Other nodes may have written another interface into the buffer.
    const role = roleOf(node);
    if (!KEEPS_RX.has(role) && node !== 'ip4-drop') return null;
  }
  return null;
}

const KEEPS_RX: ReadonlySet<NodeRole> = new Set(['device', 'relay', 'ethernet', 'ip4', 'acl', 'nat', 'rewrite', 'end']);
