import * as arp from '../../src/wire/arp.js';
import { describeHeader } from './header-table.js';

describe('wire/arp', () => {
  // RFC 826: 10.1.1.3 at 02:00:00:00:01:03 answers 10.1.1.1 at 02:fe:00:00:00:01.
  describeHeader('0001' + '0800' + '0604' + '0002' + '020000000103' + '0a010103' + '02fe00000001' + '0a010101', [
    { name: 'hardware type', at: 0, bytes: 2, value: 1, get: arp.hardwareType },
    { name: 'protocol type', at: 2, bytes: 2, value: 0x0800, get: arp.protocolType },
    { name: 'types and lengths', at: 0, bytes: 6, value: 0, set: (v, at) => arp.setTypes(v, at, 1, 0x0800) },
    { name: 'operation', at: 6, bytes: 2, value: arp.OPERATION_REPLY, get: arp.operation, set: arp.setOperation },
    { name: 'sender MAC, high', at: 8, bytes: 2, value: 0x0200, get: arp.senderMacHigh },
    { name: 'sender MAC, low', at: 10, bytes: 4, value: 0x0103, get: arp.senderMacLow },
    { name: 'sender MAC', at: 8, bytes: 6, value: 0, set: (v, at) => arp.setSenderMac(v, at, 0x0200, 0x0103) },
    { name: 'sender address', at: 14, bytes: 4, value: 0x0a010103, get: arp.senderAddress, set: arp.setSenderAddress },
    { name: 'target MAC, high', at: 18, bytes: 2, value: 0x02fe, get: arp.targetMacHigh },
    { name: 'target MAC, low', at: 20, bytes: 4, value: 1, get: arp.targetMacLow },
    { name: 'target MAC', at: 18, bytes: 6, value: 0, set: (v, at) => arp.setTargetMac(v, at, 0x02fe, 1) },
    { name: 'target address', at: 24, bytes: 4, value: 0x0a010101, get: arp.targetAddress, set: arp.setTargetAddress },
  ]);
});
