/** Which ports and ICMP identifiers differ between two packets, whose they are, and what keeps them from being bound. */

import { formatAddress } from '../../wire/address.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import type { PacketComparer } from '../match/packet-comparer.js';
import { CONTEXT_PREFIX } from '../packet/dissection.js';
import { fieldsOf } from '../packet/field-table.js';
import type { Packet } from '../packet/packet.js';
import { NAT_PROTOCOLS } from '../ports/nat-pool.js';
import type { ChangedField } from './field-words.js';
import type { FieldDifference, PortDifference } from './report.js';

const PORT_FIELD = /^(tcp|udp|icmp)\.(srcport|dstport|ident)$/;

/** A field that differs, if it is a port. */
export function portDifference(
  comparer: PacketComparer,
  { field, layer }: ChangedField,
  { expected, actual }: FieldDifference,
  { view, at }: Packet,
): PortDifference[] {
  const match = PORT_FIELD.exec(field?.name ?? '');
  if (!match || layer < 1) return [];
  const [, protocol, end] = match;
  const { layers } = comparer.forms[0];
  const l3 = at + layers.at[layer - 1];
  const isAnswer = end === 'ident' && icmp4.type(view, at + layers.at[layer]) === icmp4.ECHO_REPLY;
  const address = end === 'dstport' || isAnswer ? ip4.destination(view, l3) : ip4.source(view, l3);
  return [withRemark(comparer, address, protocol as PortDifference['protocol'], Number(expected), Number(actual))];
}

/** For packets that differ in nothing: the ports that stand for others already, and the fields they are in. */
export function portConflicts(comparer: PacketComparer): { fields: FieldDifference[]; ports: PortDifference[] } {
  const [a, e] = comparer.forms;
  const { layers, slots } = e;
  const fields: FieldDifference[] = [];
  const ports: PortDifference[] = [];
  for (let slot = 0; slot < slots.count; slot++) {
    const [was, is] = [slots.port[slot], a.slots.port[slot]];
    const port = withRemark(comparer, slots.address[slot], NAT_PROTOCOLS[slots.protocol[slot]], was, is);
    if (port.remark === null) continue;
    ports.push(port);
    const bound = comparer.bindings.actualPort(slots.address[slot], slots.boundPort(slot));
    const expected = bound === was ? `${was}, which is not ${is}` : `${bound}, which stands for ${was}`;
    for (let k = 0; k < layers.count; k++)
      for (const { at, bytes, name } of fieldsOf(layers, k, e.view))
        if (layers.at[k] + at === slots.at[slot] && bytes === 2)
          fields.push({ field: CONTEXT_PREFIX[layers.context[k]] + name, expected, actual: String(is) });
  }
  return { fields, ports };
}

const withRemark = (
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
