import fc from 'fast-check';
import * as tcp from '../../src/wire/tcp.js';
import * as udp from '../../src/wire/udp.js';
import * as vxlan from '../../src/wire/vxlan.js';
import { describeHeader } from './header-table.js';

describe('wire/tcp', () => {
  // RFC 9293 section 3.1; a data offset of 8 words.
  describeHeader('a07c' + '0050' + 'fedcba98' + '01234567' + '8012' + '7210' + '91d0' + '000b', [
    { name: 'source port', at: 0, bytes: 2, value: 41084, get: tcp.sourcePort, set: tcp.setSourcePort },
    { name: 'destination port', at: 2, bytes: 2, value: 80, get: tcp.destinationPort, set: tcp.setDestinationPort },
    { name: 'sequence number, unsigned', at: 4, bytes: 4, value: 0xfedcba98, get: tcp.sequence, set: tcp.setSequence },
    { name: 'acknowledgment', at: 8, bytes: 4, value: 0x01234567, get: tcp.acknowledgment, set: tcp.setAcknowledgment },
    {
      name: 'header length',
      at: 12,
      bytes: 1,
      value: 32,
      get: tcp.headerLength,
      set: tcp.setHeaderLength,
      values: fc.nat(15).map((words) => 4 * words),
    },
    { name: 'flags', at: 13, bytes: 1, value: tcp.SYN | tcp.ACK, get: tcp.flags, set: tcp.setFlags },
    { name: 'window', at: 14, bytes: 2, value: 29200, get: tcp.window, set: tcp.setWindow },
    {
      name: 'checksum, a little-endian word',
      at: 16,
      bytes: 2,
      value: 0xd091,
      get: tcp.checksum,
      set: tcp.setChecksum,
    },
    { name: 'urgent pointer', at: 18, bytes: 2, value: 11, get: tcp.urgentPointer, set: tcp.setUrgentPointer },
  ]);
});

describe('wire/udp', () => {
  // RFC 768
  describeHeader('a07c' + '0035' + '001c' + '2637', [
    { name: 'source port', at: 0, bytes: 2, value: 41084, get: udp.sourcePort, set: udp.setSourcePort },
    { name: 'destination port', at: 2, bytes: 2, value: 53, get: udp.destinationPort, set: udp.setDestinationPort },
    { name: 'length', at: 4, bytes: 2, value: 28, get: udp.length, set: udp.setLength },
    { name: 'checksum, a little-endian word', at: 6, bytes: 2, value: 0x3726, get: udp.checksum, set: udp.setChecksum },
  ]);
});

describe('wire/vxlan', () => {
  // RFC 7348 section 5: the I flag, VNI 0xfedcba.
  describeHeader('08000000' + 'fedcba00', [
    { name: 'flags', at: 0, bytes: 1, value: vxlan.FLAG_I, get: vxlan.flags },
    { name: 'VNI and the reserved byte, signed', at: 4, bytes: 4, value: 0xfedcba00 | 0, get: vxlan.vniWord },
    { name: 'a whole header', at: 0, bytes: 8, value: 0xfedcba, set: vxlan.setHeader },
  ]);
});
