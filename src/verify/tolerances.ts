/** Counts what was overlooked, as the options allow: in how many packets it made a difference, and where first. */

import type { ByteRule } from './packet/field-rules.js';
import type { NormalForm } from './packet/normal-form.js';
import type { Packet } from './packet/packet.js';
import type { ToleranceUse } from './report/report.js';

const NO_RULES: readonly ByteRule[] = [];

export class Tolerances {
  private readonly uses: { -readonly [key in keyof ToleranceUse]: ToleranceUse[key] }[] = [];

  /** @param frameOf turns a packet's number among all of the actual side into one of its capture */
  constructor(private readonly frameOf: (sequence: number) => number) {}

  note(kind: string, what: string, frame: number, packets = 1): void {
    const use = this.uses.find((each) => each.what === what && each.kind === kind);
    if (!use) this.uses.push({ kind, what, packets, firstFrame: frame });
    else {
      use.packets += packets;
      if (frame < use.firstFrame) use.firstFrame = frame;
    }
  }

  list(): ToleranceUse[] {
    return this.uses.sort((a, b) => b.packets - a.packets);
  }

  /**
   * Finds out what made two packets the same whose bytes differ. Their forms are given, of which the headers are used. Returns the rules for
   * checksums that are the same as captured: they may have been needed all the same, to overlook that these did not follow another field.
   */
  noteEqualForms(
    expected: Packet,
    e: NormalForm,
    actual: Packet,
    a: NormalForm,
    rules: readonly ByteRule[],
  ): readonly ByteRule[] {
    const note = (kind: string, what: string): void => {
      this.note(kind, what, this.frameOf(actual.sequence));
    };
    const isCut = e.length < e.contentLength || a.length < a.contentLength;
    const isSameLength = expected.captured === actual.captured;
    if (isCut && (!isSameLength || e.length < e.contentLength !== a.length < a.contentLength))
      note('snaplen', 'cut packets compared as far as both go');
    if (e.unknownChecksumAt !== a.unknownChecksumAt)
      note('snaplen', 'checksum of an ICMP error about a cut packet, which is not known');
    if (!isCut && hasOtherPadding(expected, actual, a.contentLength)) note('padding', 'padding of short frames');
    let open = NO_RULES;
    for (const rule of rules)
      if (isUsed(rule, expected, actual, a)) note(rule.kind, rule.text);
      else if (rule.isChecksum) open = [...open, rule];
    if (e.slots.quotedChecksum !== a.slots.quotedChecksum)
      note('nat port', 'checksum of a quoted packet, adjusted to its port');
    if (e.slots.vxlanPort !== a.slots.vxlanPort)
      note('nat port', 'VXLAN source port, which follows the ports of the inner flow');
    return open;
  }
}

function hasOtherPadding(expected: Packet, actual: Packet, content: number): boolean {
  const { captured } = expected;
  if (captured !== actual.captured || expected.original !== actual.original) return true;
  for (let k = content; k < captured; k++)
    if (expected.bytes[expected.at + k] !== actual.bytes[actual.at + k]) return true;
  return false;
}

/** Whether two packets differ in bits that a rule takes out. */
function isUsed(rule: ByteRule, expected: Packet, actual: Packet, { layers, length }: NormalForm): boolean {
  if (rule.layer === null)
    return differsWithin(rule, expected, actual, (rule.isInPayload ? layers.payloadAt : 0) + rule.at, length);
  for (let i = 0; i < layers.count; i++) {
    if (layers.kind[i] !== (rule.layer as number) || layers.context[i] !== rule.context) continue;
    if (differsWithin(rule, expected, actual, layers.at[i] + rule.at, layers.headerEnd[i])) return true;
  }
  return false;
}

function differsWithin({ kept }: ByteRule, expected: Packet, actual: Packet, start: number, end: number): boolean {
  for (let k = 0; k < kept.length && start + k < end; k++) {
    const apart = expected.bytes[expected.at + start + k] ^ actual.bytes[actual.at + start + k];
    if ((apart & ~kept[k] & 0xff) !== 0) return true;
  }
  return false;
}
