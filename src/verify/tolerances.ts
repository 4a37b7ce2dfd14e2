/** Counts what was overlooked, as the options allow: in how many packets it made a difference, and where first. */

import type { ByteRule } from './packet/field-rules.js';
import type { PacketColumns } from './packet/packet-columns.js';
import type { PacketForm } from './packet/packet-form.js';
import type { ToleranceUse } from './report/report.js';

const NO_RULES: readonly ByteRule[] = [];

/** One tolerance, counted while it is used. */
export class Use implements ToleranceUse {
  packets = 0;
  firstFrame = Infinity;

  constructor(
    readonly kind: string,
    readonly what: string,
  ) {}

  count(frame: number, packets = 1): void {
    this.packets += packets;
    if (frame < this.firstFrame) this.firstFrame = frame;
  }
}

export class Tolerances {
  private readonly uses: Use[] = [];

  /** The counter of a tolerance, for who counts by the million. */
  use(kind: string, what: string): Use {
    const known = this.uses.find((use) => use.what === what && use.kind === kind);
    if (known) return known;
    const made = new Use(kind, what);
    this.uses.push(made);
    return made;
  }

  note(kind: string, what: string, frame: number, packets = 1): void {
    this.use(kind, what).count(frame, packets);
  }

  list(): ToleranceUse[] {
    return this.uses
      .filter(({ packets }) => packets > 0)
      .sort((a, b) => b.packets - a.packets)
      .map(({ kind, what, packets, firstFrame }) => ({ kind, what, packets, firstFrame }));
  }

  /**
   * Finds out what made two packets the same whose bytes differ. Their forms are given, of which the headers are used. Returns the rules for
   * checksums that are the same as captured: they may have been needed all the same, to overlook that these did not follow another field.
   */
  // prettier-ignore
  noteEqualForms(expected: PacketColumns, i: number, e: PacketForm, actual: PacketColumns, j: number, a: PacketForm, rules: readonly ByteRule[], frame: number): readonly ByteRule[] {
    const isCut = e.length < e.contentLength || a.length < a.contentLength;
    const isSameLength = expected.capturedLength[i] === actual.capturedLength[j];
    if (isCut && (!isSameLength || e.length < e.contentLength !== a.length < a.contentLength))
      this.note('snaplen', 'cut packets compared as far as both go', frame);
    if (e.unknownChecksumAt !== a.unknownChecksumAt)
      this.note('snaplen', 'checksum of an ICMP error about a cut packet, which is not known', frame);
    if (!isCut && hasOtherPadding(expected, i, actual, j, a.contentLength)) this.note('padding', 'padding of short frames', frame);
    let open = NO_RULES;
    for (const rule of rules)
      if (isUsed(rule, expected, expected.offset[i], actual, actual.offset[j], a))
        this.note(rule.kind, rule.text, frame);
      else if (rule.isChecksum) open = [...open, rule];
    if (e.slots.quotedChecksum !== a.slots.quotedChecksum)
      this.note('nat port', 'checksum of a quoted packet, adjusted to its port', frame);
    if (e.slots.vxlanPort !== a.slots.vxlanPort)
      this.note('nat port', 'VXLAN source port, which follows the ports of the inner flow', frame);
    return open;
  }
}

function hasOtherPadding(
  expected: PacketColumns,
  i: number,
  actual: PacketColumns,
  j: number,
  content: number,
): boolean {
  const length = expected.capturedLength[i];
  if (length !== actual.capturedLength[j] || expected.originalLength[i] !== actual.originalLength[j]) return true;
  for (let at = content; at < length; at++)
    if (expected.bytes[expected.offset[i] + at] !== actual.bytes[actual.offset[j] + at]) return true;
  return false;
}

/** Whether two packets differ in bits that a rule takes out. */
// prettier-ignore
function isUsed(rule: ByteRule, expected: PacketColumns, from: number, actual: PacketColumns, to: number, { layers, length }: PacketForm): boolean {
  const differs = (start: number, end: number): boolean => {
    for (let k = 0; k < rule.kept.length && start + k < end; k++)
      if (((expected.bytes[from + start + k] ^ actual.bytes[to + start + k]) & ~rule.kept[k] & 0xff) !== 0) return true;
    return false;
  };
  if (rule.layer === null) return differs((rule.isInPayload ? layers.payloadAt : 0) + rule.at, length);
  for (let i = 0; i < layers.count; i++) {
    if (layers.kind[i] !== (rule.layer as number) || layers.context[i] !== rule.context) continue;
    if (differs(layers.at[i] + rule.at, layers.headerEnd[i])) return true;
  }
  return false;
}
