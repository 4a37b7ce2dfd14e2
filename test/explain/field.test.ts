/** Explanations of inputs from the field, as a user asks for them. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runVppcap } from '../cli/run-vppcap.js';
import { describeField, fieldFile } from '../field-files.js';

const OFFLOAD = (name: string): string => fieldFile('checksum-offload-unsaid', name);
const SESSION = ['pod-both.pcap', 'uplink-both.pcap'].map((name) => fieldFile('reply-without-session', name));
const VXLAN = (name: string): string => fieldFile('explain-nat-behind-vxlan', name);
const WORDING = (name: string): string => fieldFile('explain-wording', name);

const ROWS = [
  {
    name: 'a DNS answer to the port that the real node had drawn',
    args: ['explain', ...SESSION, '--frame', '3'],
    says: [
      'NAT44 has no session or mapping for 192.168.16.1:61234: it began before the capture, or the real node drew another port',
    ],
    never: ['listen'],
  },
  {
    name: 'in the summary',
    args: ['replay', ...SESSION],
    says: ['1  NAT44 has no session or mapping for 192.168.16.1:61234: it began before the capture'],
    never: ['listen on'],
  },
  {
    name: 'NAT44 of a packet that went into a tunnel',
    args: ['explain', VXLAN('in.pcapng'), '--frame', '1'],
    says: [
      'translates the source 192.168.16.1:60039 to 192.168.16.1:16253, with session 1, which it makes; its port is draw 1',
    ],
    never: ['leaves it as it is'],
  },
  {
    name: 'NAT44 of a packet that came out of one',
    args: ['explain', VXLAN('vx110.pcap'), '--frame', '1', '-c', VXLAN('nvx.vpp')],
    says: ['translates the source 10.1.2.4:40000 to 192.168.16.1:16253, with session 0'],
    never: [],
  },
  {
    name: 'one identifier',
    args: ['explain', WORDING('full-icmp.pcap'), '--frame', '1'],
    says: ['translates the source 10.1.1.3 (identifier 1) to 192.168.16.1 (identifier 16253), with session 0'],
    never: ['and the destination'],
  },
  {
    name: 'lengths on the wire',
    args: ['explain', WORDING('trunc-icmp.pcap'), '--frame', '1'],
    says: ['93.184.216.34, 1066 bytes'],
    never: [],
  },
  {
    name: 'an ICMP error to the pool address',
    args: ['explain', WORDING('why.pcap'), '--frame', '4', '-c', WORDING('nmtu.vpp')],
    says: [
      '20.0.0.1 > 20.0.1.1',
      'the source 20.0.0.1 is an address of the node itself',
      'its path MTU discovery hangs',
    ],
    never: [],
  },
  {
    name: 'frames as offload leaves them',
    args: ['replay', OFFLOAD('offload.pcap')],
    says: [
      '3  wrong TCP, UDP or ICMP checksum: 2 that of the pseudo header only, 1 zero',
      '2  IP header checksum 0',
      '2  IP total length 0',
      'looks like checksum or segmentation offload: the capture was taken before the network card',
      'arrived longer than 1514 bytes: 3 frames of TCP',
    ],
    never: [],
  },
  {
    name: 'completed',
    args: ['replay', OFFLOAD('offload.pcap'), '--fix-checksums'],
    says: ['fixed checksums of 6 frames, lengths of 2', 'transmitted 5'],
    never: ['wrong TCP'],
  },
  {
    name: 'traced completed',
    args: ['trace', OFFLOAD('offload.pcap'), '--fix-checksums', '--frame', '5'],
    says: ['length 1540, checksum 0xf414'],
    never: [],
  },
  {
    name: 'explained completed',
    args: ['explain', OFFLOAD('offload.pcap'), '--fix-checksums', '--frame', '5'],
    says: ['Filled in before it ran: its IP total length and its checksums.', 'It left by GigabitEthernet0/8/0'],
    never: [],
  },
  {
    name: 'frames of several segments',
    args: ['replay', OFFLOAD('gso.pcap')],
    says: ['arrived longer than 1514 bytes: 1 frame of TCP, which looks like segmentation'],
    never: [],
  },
  {
    name: 'compared',
    args: ['verify', OFFLOAD('cs-a.pcap'), OFFLOAD('cs-b.pcap')],
    says: ["expected's is right, actual's is the pseudo header's sum: captured before the network card filled it in"],
    never: [],
  },
];

describeField('explanations of inputs from the field', () => {
  for (const { name, args, says, never } of ROWS)
    it(name, () => {
      const { stdout } = runVppcap(args);
      for (const part of says) expect(stdout).to.include(part);
      for (const part of never) expect(stdout).not.to.include(part);
    });

  it('comments of a pcapng name what NAT44 changes behind a tunnel, too', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vppcap-field-'));
    try {
      const output = join(folder, 'out.pcapng');
      expect(runVppcap(['replay', VXLAN('in.pcapng'), '-o', output]).code).to.equal(0);
      const text = readFileSync(output, 'latin1');
      expect(text).to.include('nat44 session 1 new: src 192.168.16.1:60039 > 192.168.16.1:16253');
      expect(text).not.to.include('new: unchanged');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
