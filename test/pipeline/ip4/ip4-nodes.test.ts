/** What the IPv4 nodes say became of a packet, in a person's words; expected by hand from the configuration. */

import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../../src/capture/frame-batch.js';
import { FrameRecord } from '../../../src/capture/frame-record.js';
import { Dataplane } from '../../../src/dataplane/dataplane.js';
import { VerdictRecorder } from '../../../src/outcome/verdicts.js';
import { parseAddress } from '../../../src/wire/address.js';
import { compute } from '../../../src/wire/checksum.js';
import * as ethernet from '../../../src/wire/ethernet.js';
import * as ip4 from '../../../src/wire/ip4.js';

const NODE = `create packet-generator interface pg0
create packet-generator interface pg1
set interface mac address pg0 02:fe:00:00:00:01
set interface state pg0 up
set interface state pg1 up
set interface ip address pg0 10.1.1.1/24
set ip arp static pg0 10.1.1.3 02:00:00:00:01:03
ip route add 20.0.0.0/8 via 10.1.1.3 pg0
ip route add 20.9.0.0/16 via drop
`;

interface Given {
  readonly to: string;
  readonly ttl?: number;
  readonly on?: number;
  readonly versionIhl?: number;
  readonly protocol?: number;
  readonly checksumOff?: number;
}

function frameOf({ to, ttl = 64, versionIhl = 0x45, protocol = 17, checksumOff = 0 }: Given): Uint8Array {
  const frame = new Uint8Array(HEADROOM_BYTES + 60 + TAILROOM_BYTES);
  const view = new DataView(frame.buffer);
  const at = HEADROOM_BYTES + ethernet.HEADER_BYTES;
  ethernet.setType(view, HEADROOM_BYTES, ethernet.TYPE_IP4);
  ip4.setVersionIhl(view, at, versionIhl);
  ip4.setTotalLength(view, at, 28);
  ip4.setTtl(view, at, ttl);
  ip4.setProtocol(view, at, protocol);
  ip4.setSource(view, at, parseAddress('10.1.1.3') ?? 0);
  ip4.setDestination(view, at, parseAddress(to) ?? 0);
  // UDP ports and length; of a header with options, these octets are its option.
  view.setUint16(at + 20, 5000);
  view.setUint16(at + 22, 6000);
  view.setUint16(at + 24, 8);
  const length = (versionIhl & 0xf) * 4;
  ip4.setChecksum(view, at, compute(view, at, length) ^ checksumOff);
  return frame;
}

const CASES: readonly { name: string; given: Given; disposition: string; drop: string | null; cause: string | null }[] =
  [
    { name: 'forwarded', given: { to: '20.1.1.1' }, disposition: 'transmitted', drop: null, cause: null },
    {
      name: 'no route',
      given: { to: '8.8.8.8' },
      disposition: 'dropped',
      drop: 'null-node: blackholed packets',
      cause: 'no route to 8.8.8.8 in table 0',
    },
    {
      name: 'drop route',
      given: { to: '20.9.1.1' },
      disposition: 'dropped',
      drop: 'null-node: blackholed packets',
      cause: 'route 20.9.0.0/16 via drop (node.vpp:9)',
    },
    {
      name: 'subnet broadcast',
      given: { to: '10.1.1.255' },
      disposition: 'dropped',
      drop: 'null-node: blackholed packets',
      cause: '10.1.1.255 is the network or broadcast address of a connected subnet (node.vpp:6)',
    },
    {
      name: 'TTL expires in transit',
      given: { to: '20.1.1.1', ttl: 1 },
      disposition: 'dropped',
      drop: 'ip4-input: ip4 ttl <= 1',
      cause: 'the TTL expired in transit to 20.1.1.1',
    },
    {
      name: 'TTL 0',
      given: { to: '20.1.1.1', ttl: 0 },
      disposition: 'dropped',
      drop: 'ip4-input: ip4 ttl <= 1',
      cause: 'the packet arrived with TTL 0',
    },
    {
      name: 'unresolved neighbour',
      given: { to: '10.1.1.77' },
      disposition: 'dropped',
      drop: 'ip4-glean: ARP requests sent',
      cause: 'neighbour 10.1.1.77 on pg0 is unresolved: ARP request sent',
    },
    {
      name: 'UDP without listener',
      given: { to: '10.1.1.1' },
      disposition: 'dropped',
      drop: 'ip4-input: unknown ip protocol',
      cause: 'nothing in VPP listens on UDP port 6000',
    },
    {
      name: 'another protocol to the node itself',
      given: { to: '10.1.1.1', protocol: 47 },
      disposition: 'punted',
      drop: 'ip4-input: unknown ip protocol',
      cause:
        '10.1.1.1 is an address of the node itself (node.vpp:6); nothing in VPP takes IP protocol 47, so it is punted',
    },
    {
      name: 'IP options',
      given: { to: '20.1.1.1', versionIhl: 0x46 },
      disposition: 'punted',
      drop: 'ip4-input: ip4 options present',
      cause: 'the packet has IP options, which VPP punts before any interface feature',
    },
    {
      name: 'wrong version and TTL 0: the later check wins',
      given: { to: '20.1.1.1', versionIhl: 0x65, ttl: 0 },
      disposition: 'dropped',
      drop: 'ip4-input: ip4 ttl <= 1',
      cause: 'the packet arrived with TTL 0',
    },
    {
      name: 'wrong header checksum',
      given: { to: '20.1.1.1', checksumOff: 1 },
      disposition: 'dropped',
      drop: 'ip4-input: bad ip4 checksum',
      cause: 'the IP header checksum is wrong',
    },
    {
      name: 'multicast',
      given: { to: '224.0.0.5' },
      disposition: 'dropped',
      drop: 'ip4-input: Multicast RPF check failed',
      cause: 'there is no multicast route for 224.0.0.5',
    },
    {
      name: 'interface without IPv4',
      given: { to: '20.1.1.1', on: 2 },
      disposition: 'dropped',
      drop: 'null-node: blackholed packets',
      cause: 'pg1 has no IPv4 address and is not unnumbered: IPv4 is not enabled on it',
    },
  ];

describe('IPv4 nodes', () => {
  for (const { name, given, disposition, drop, cause } of CASES)
    it(name, () => {
      const recorder = new VerdictRecorder();
      const dataplane: Dataplane = new Dataplane(
        applyScript(parseScript(NODE, 'node.vpp')),
        {
          transmit: (b) => {
            recorder.transmit(b);
          },
          discard: (b) => {
            recorder.discard(b, dataplane);
          },
        },
        true,
      );
      const bytes = frameOf(given);
      const record = new FrameRecord().setBytes(bytes, new DataView(bytes.buffer), HEADROOM_BYTES, 60);
      record.originalLength = 60;
      dataplane.receive(record, given.on ?? 1);
      const verdict = recorder.take(dataplane);
      expect({ disposition: verdict.disposition, drop: verdict.drop, cause: verdict.cause }).to.deep.equal({
        disposition,
        drop,
        cause,
      });
    });
});
