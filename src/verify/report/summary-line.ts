/** A frame in one line, for packets that have no counterpart to be compared with. */

import { decodeFrame } from '../packet/fields.js';

/** `10.1.1.3:42010 > 151.101.1.69:80 tcp 0x02, 74 bytes`, which are those on the wire. */
export function summaryLine(bytes: Uint8Array, linkType: number, wireLength = bytes.length): string {
  const { fields, etherType } = decodeFrame(bytes, linkType);
  const size = `${wireLength} bytes`;
  const source = fields.get('ip4.src');
  const destination = fields.get('ip4.dst');
  if (source === undefined || destination === undefined) return `${otherwise(fields, etherType)}, ${size}`;
  for (const protocol of ['tcp', 'udp']) {
    const port = fields.get(`${protocol}.srcport`);
    if (port === undefined) continue;
    const flags = protocol === 'tcp' ? ` flags ${fields.get('tcp.flags') ?? ''}` : '';
    return `${source}:${port} > ${destination}:${fields.get(`${protocol}.dstport`) ?? ''} ${protocol}${flags}, ${size}`;
  }
  const type = fields.get('icmp.type');
  const what =
    type === undefined
      ? `ip protocol ${fields.get('ip4.proto') ?? ''}`
      : `icmp type ${type} code ${fields.get('icmp.code') ?? ''}`;
  return `${source} > ${destination} ${what}, ${size}`;
}

function otherwise(fields: ReadonlyMap<string, string>, etherType: number): string {
  const arp = fields.get('arp.opcode');
  if (arp !== undefined)
    return `arp ${arp === '1' ? 'request' : 'reply'} for ${fields.get('arp.dst.ip4') ?? ''} from ${fields.get('arp.src.ip4') ?? ''}`;
  const type = fields.get('eth.type') ?? fields.get('sll.etype');
  if (type !== undefined) return `ethertype ${type}`;
  return etherType < 0 ? 'frame' : `ethertype 0x${etherType.toString(16).padStart(4, '0')}`;
}
