/** The ACL plugin (format_acl_plugin_trace and format_fa_5tuple), in the forms of 19.08 and of 18.04. */

import { ACL_FA } from '../trace/layouts.js';
import { hex, ip4Address, ip6Address } from '../trace/text.js';
import { worded, type NamedRecord, type WordedLayout } from '../trace/wording.js';

type AclFields = NamedRecord<(typeof ACL_FA.fields)[number]>['fields'];

/** Two words as VPP prints 64 bits: the one further up in memory first. */
const pair = (low: number, high: number): string => hex(high, 8) + hex(low, 8);

const FLAG_INPUT = 1;
const FLAG_SLOW_PATH = 2;

/** The parts of the five-tuple that both releases tell. */
function tupleParts(
  f: AclFields,
  flagsOctet: number,
): {
  addresses: string;
  protocol: number;
  l4Flags: number;
  lsbOfSwIfIndex: number;
  ports: string;
  tcpFlags: number;
  isTcp: number;
  isL4: number;
  isLater: number;
  isIp6: number;
} {
  const memory = new DataView(new ArrayBuffer(32));
  [f.key0, f.key1, f.key2, f.key3, f.key4, f.key5, f.key6, f.key7].forEach((word, i) =>
    memory.setInt32(i * 4, word, true),
  );
  const bytes = new Uint8Array(memory.buffer);
  const bits = f.packetFlags >>> 24;
  const isIp6 = (bits >>> 3) & 1;
  const addresses =
    isIp6 === 1
      ? `${ip6Address(bytes, 0)} -> ${ip6Address(bytes, 16)}`
      : `${ip4Address(bytes, 24)} -> ${ip4Address(bytes, 28)}`;
  return {
    addresses,
    protocol: f.l4 & 0xff,
    l4Flags: (f.l4 >>> 8) & 0xff,
    lsbOfSwIfIndex: f.l4 >>> 16,
    ports: `${f.ports & 0xffff} -> ${f.ports >>> 16}`,
    tcpFlags: (bits & 1) === 1 ? flagsOctet : 0,
    isTcp: bits & 1,
    isL4: (bits >>> 1) & 1,
    isLater: (bits >>> 2) & 1,
    isIp6,
  };
}

const l3Text = (isIp6: number, isLater: number): string =>
  `l3 ${isIp6 === 1 ? 'ip6' : 'ip4'}${isLater === 1 ? ' non-initial fragment' : ''}`;

const tcpText = (isTcp: number, tcpFlags: number): string =>
  `tcp flags (${isTcp === 1 ? 'valid' : 'invalid'}) ${hex(tcpFlags, 2)} rsvd 0`;

const matchText = (f: AclFields): string =>
  `sw_if_index ${f.swIfIndex}, next index ${f.nextIndex}, action: ${f.action}, ` +
  `match: acl ${f.aclIndex} rule ${f.ruleIndex} trace_bits ${hex(f.traceBits, 8)}`;

/** 19.08: IPv4 addresses behind each other at the end of the key, direction and path as flags of the L4 word. */
function withLookupContext(f: AclFields, flagsOctet: number): string[] {
  const t = tupleParts(f, flagsOctet);
  const words = [
    pair(f.key0, f.key1),
    pair(f.key2, f.key3),
    pair(f.key4, f.key5),
    pair(f.key6, f.key7),
    pair(f.ports, f.l4),
    pair(f.packetLcIndex, f.packetFlags | (t.tcpFlags << 16)),
  ];
  const isInput = (t.l4Flags & FLAG_INPUT) !== 0 ? 1 : 0;
  const isSlow = (t.l4Flags & FLAG_SLOW_PATH) !== 0 ? 1 : 0;
  return [
    `acl-plugin: lc_index: ${f.lcIndex}, ${matchText(f)}`,
    `pkt info ${words.join(' ')}`,
    ` lc_index ${f.packetLcIndex} ${l3Text(t.isIp6, t.isLater)} ${t.addresses} ` +
      `l4 lsb_of_sw_if_index ${t.lsbOfSwIfIndex} proto ${t.protocol} l4_is_input ${isInput} l4_slow_path ${isSlow} ` +
      `l4_flags 0x${hex(t.l4Flags, 2)} port ${t.ports} ${tcpText(t.isTcp, t.tcpFlags)}`,
  ];
}

/** 18.04: each address in 16 bytes of its own, interface and direction beside the key. */
function withInterface(f: AclFields, flagsOctet: number): string[] {
  const t = tupleParts(f, flagsOctet);
  const isInput = (t.l4Flags & FLAG_INPUT) !== 0;
  const bits = t.isTcp | ((isInput ? 1 : 0) << 1) | (t.isL4 << 2) | (t.isLater << 3) | (t.isIp6 << 4);
  const addresses =
    t.isIp6 === 1
      ? [pair(f.key0, f.key1), pair(f.key2, f.key3), pair(f.key4, f.key5), pair(f.key6, f.key7)]
      : [pair(0, 0), pair(0, f.key6), pair(0, 0), pair(0, f.key7)];
  const words = [
    ...addresses,
    pair(f.ports, t.protocol | (t.lsbOfSwIfIndex << 16)),
    pair(f.swIfIndex, (f.packetFlags & 0xffff) | (t.tcpFlags << 16) | (bits << 24)),
  ];
  return [
    `acl-plugin: ${matchText(f)}`,
    `pkt info ${words.join(' ')}`,
    ` ${isInput ? 'input' : 'output'} sw_if_index ${f.swIfIndex} (lsb16 ${t.lsbOfSwIfIndex}) ${l3Text(t.isIp6, t.isLater)} ` +
      `${t.addresses} l4 proto ${t.protocol} l4_valid ${t.isL4} port ${t.ports} ${tcpText(t.isTcp, t.tcpFlags)}`,
  ];
}

export const aclWordings: readonly WordedLayout[] = [
  worded(ACL_FA, ({ fields, data: [tcpFlags] }, { release }) =>
    release.aclTuple === 'interface' ? withInterface(fields, tcpFlags) : withLookupContext(fields, tcpFlags),
  ),
];
