/** Which ports and ICMP identifiers differ between two packets, whose they are, and what keeps them from being bound. */

import { formatAddress } from '../../wire/address.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import type { PacketComparer } from '../match/packet-comparer.js';
import { fieldsOf } from '../packet/field-table.js';
import { Layer, type Layers } from '../../wire/decode.js';
import { CONTEXT_PREFIX } from '../packet/dissection.js';
import { NAT_PROTOCOLS } from '../ports/nat-pool.js';
import type { Packet } from '../packet/packet.js';
import type { FieldDifference, PortDifference } from './report.js';

const PORT_FIELD = /^((?:inner\.)?(?:quoted\.)?)(tcp|udp|icmp)\.(srcport|dstport|ident)$/;
const TRANSPORTS: Readonly<Record<number, string>> = { [Layer.Tcp]: 'tcp', [Layer.Udp]: 'udp', [Layer.Icmp]: 'icmp' };

/** The ports among the fields that differ. The forms in the comparer are those of the two packets. */
export function changedPorts(
  comparer: PacketComparer,
  fields: readonly FieldDifference[],
  { bytes, at }: Packet,
): PortDifference[] {
  const ports: PortDifference[] = [];
  const [{ layers }] = comparer.forms;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  for (const { field, expected, actual: is } of fields) {
    const match = PORT_FIELD.exec(field);
    if (!match || expected === 'none' || is === 'none') continue;
    const [, prefix, protocol, end] = match;
    const transport = headerOf(layers, prefix, protocol);
    if (transport < 1) continue;
    const l3 = layers.at[transport - 1];
    const isAnswer = end === 'ident' && icmp4.type(view, layers.at[transport]) === icmp4.ECHO_REPLY;
    const address = end === 'dstport' || isAnswer ? ip4.destination(view, l3) : ip4.source(view, l3);
    ports.push(portDifference(comparer, address, protocol as PortDifference['protocol'], Number(expected), Number(is)));
  }
  return ports;
}

/** For packets that differ in nothing: the ports that stand for others already, and the fields they are in. */
export function portConflicts(comparer: PacketComparer): { fields: FieldDifference[]; ports: PortDifference[] } {
  const [a, e] = comparer.forms;
  const { layers, slots } = e;
  const fields: FieldDifference[] = [];
  const ports: PortDifference[] = [];
  for (let slot = 0; slot < slots.count; slot++) {
    const [was, is] = [slots.port[slot], a.slots.port[slot]];
    const port = portDifference(comparer, slots.address[slot], NAT_PROTOCOLS[slots.protocol[slot]], was, is);
    if (port.remark === null) continue;
    ports.push(port);
    const bound = comparer.bindings.actualPort(slots.address[slot], slots.boundPort(slot));
    for (let k = 0; k < layers.count; k++)
      for (const field of fieldsOf(layers, k, e.view)) {
        if (layers.at[k] + field.at !== slots.at[slot] || field.bytes !== 2) continue;
        const expected = bound === was ? `${was}, which is not ${is}` : `${bound}, which stands for ${was}`;
        fields.push({ field: CONTEXT_PREFIX[layers.context[k]] + field.name, expected, actual: String(is) });
      }
  }
  return { fields, ports };
}

const portDifference = (
  comparer: PacketComparer,
  address: number,
  protocol: PortDifference['protocol'],
  expected: number,
  actual: number,
): PortDifference => ({
  protocol,
  address: formatAddress(address),
  expected,
  actual,
  remark: comparer.portObjection(address, protocol, expected, actual),
});

function headerOf({ count, context, kind }: Layers, prefix: string, protocol: string): number {
  for (let k = 0; k < count; k++)
    if (CONTEXT_PREFIX[context[k]] === prefix && TRANSPORTS[kind[k]] === protocol) return k;
  return -1;
}
