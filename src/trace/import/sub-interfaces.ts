/** Sub-interfaces of VLANs that a trace shows: by what ip4-rewrite puts before packets, and by the tags of frames that were taken. */

import { VLAN_ID } from '../../pipeline/ethernet/vlan-tables.js';
import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import { lineOf, textOf } from '../parse/trace-record.js';
import { isTaken } from '../rebuild/frame-length.js';
import type { RebuiltFrame } from '../rebuild/rebuilt-frame.js';
import type { ImportedPacket } from './imported-trace.js';
import { rxIndex } from './interfaces.js';

/** The first tag begins where the type would be. */
const FIRST_TAG = ethernet.HEADER_BYTES - 2;

interface Tag {
  readonly type: number;
  readonly id: number;
}

export interface TracedSub {
  readonly name: string;
  readonly port: string;
  readonly tags: readonly Tag[];
  /** Line that says so, or null where its name is made up. */
  readonly line: number | null;
  swIfIndex: number | null;
}

export class TracedSubs {
  readonly all: TracedSub[] = [];

  /** @param portOf the interface that a packet arrived on, as far as any line says */
  constructor(packets: readonly ImportedPacket[], portOf: (packet: ImportedPacket) => string | null) {
    for (const { trace } of packets)
      for (const record of trace.records) {
        const line = lineOf(record, 'rewrite');
        const tags = tagsIn(Buffer.from(textOf(line, 'rewrite') ?? '', 'hex'));
        if (line !== undefined && tags.length > 0) this.add(textOf(line, 'interface') ?? '', tags, line.number);
      }
    for (const packet of packets) this.readFrame(packet, portOf(packet));
  }

  byName(name: string): TracedSub | undefined {
    return this.all.find((sub) => sub.name === name);
  }

  /** The one that takes a packet; undefined where that is the port itself, or another one. */
  of({ trace, input }: ImportedPacket, port: string | null): TracedSub | undefined {
    const tags = input === null || !isTaken(trace.records) ? [] : tagsOf(input);
    return this.all.find(
      (sub) => sub.port === port && sub.tags.length > 0 && textOfTags(sub.tags) === textOfTags(tags),
    );
  }

  private readFrame(packet: ImportedPacket, port: string | null): void {
    const { input, trace, rx } = packet;
    if (input === null || port === null || !isTaken(trace.records)) return;
    const tags = tagsOf(input);
    if (tags.length === 0) return;
    const named = rx.name?.startsWith(`${port}.`) === true ? rx.name : null;
    const sub =
      this.of(packet, port) ??
      this.add(named ?? `${port}.${this.freeId(port, tags[0].id)}`, tags, named === null ? null : trace.line);
    const behind = trace.records.findIndex(({ node }) => node === 'ethernet-input') + 1;
    if (sub) sub.swIfIndex ??= rxIndex(trace.records.slice(behind))?.value ?? null;
  }

  private freeId(port: string, id: number): number {
    return this.byName(`${port}.${String(id)}`) === undefined ? id : this.freeId(port, id + 1);
  }

  private add(name: string, tags: readonly Tag[], line: number | null): TracedSub | undefined {
    const port = /^(.+)\.\d+$/.exec(name)?.[1];
    if (port === undefined) return undefined;
    const sub = this.byName(name) ?? { name, port, tags, line, swIfIndex: null };
    if (!this.all.includes(sub)) this.all.push(sub);
    return sub;
  }
}

/** The command that makes it; its number is that of its name. */
export function subInterfaceCommand({ name, port, tags }: TracedSub): string {
  const [outer, inner] = tags as readonly [Tag, Tag?];
  const number = name.slice(port.length + 1);
  const words = `create sub-interfaces ${port} ${number}`;
  const type = outer.type === ethernet.TYPE_DOT1AD ? 'dot1ad' : 'dot1q';
  if (inner !== undefined) return `${words} ${type} ${outer.id} inner-dot1q ${inner.id} exact-match`;
  return type === 'dot1q' && number === String(outer.id) ? words : `${words} ${type} ${outer.id} exact-match`;
}

const textOfTags = (tags: readonly Tag[]): string => tags.map(({ type, id }) => `${String(type)}.${String(id)}`).join();

/** Up to two tags of an Ethernet header; `idAt` says what is known of an id, and null of an unknown one. */
function tagsIn(
  bytes: Uint8Array,
  isKnown: (at: number) => boolean = () => true,
  idAt = (at: number): number | null => ((bytes[at] << 8) | bytes[at + 1]) & VLAN_ID,
): Tag[] {
  const tags: Tag[] = [];
  for (let at = FIRST_TAG; tags.length < 2 && at + vlan.TAG_BYTES <= bytes.length; at += vlan.TAG_BYTES) {
    const type = (bytes[at] << 8) | bytes[at + 1];
    if (!isKnown(at) || !ethernet.isTakenTagType(type)) break;
    const id = idAt(at + 2);
    if (id === null) return [];
    tags.push({ type, id });
  }
  return tags;
}

/** Of an id that only one line's end shows that is taken. None for a mere priority, VLAN 0, whose frame is the port's. */
function tagsOf({ bytes, mask, statedOnce }: RebuiltFrame): Tag[] {
  const tags = tagsIn(
    bytes,
    (at) => mask[at] === 0xff && mask[at + 1] === 0xff,
    (at) => {
      if ((mask[at] & (VLAN_ID >> 8)) === VLAN_ID >> 8 && mask[at + 1] === 0xff)
        return ((bytes[at] << 8) | bytes[at + 1]) & VLAN_ID;
      const once = statedOnce.get(at);
      return once === undefined ? null : once & VLAN_ID;
    },
  );
  return tags.length === 1 && tags[0].id === 0 ? [] : tags;
}
