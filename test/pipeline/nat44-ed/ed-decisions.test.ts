/** Decisions of the endpoint-dependent nodes that no recording shows; expectations are by hand from VPP's source. */

import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { Dataplane } from '../../../src/dataplane/dataplane.js';
import { VerdictRecorder, type Verdict } from '../../../src/outcome/verdicts.js';
import { receiveFrame } from '../../../tools/oracle/receive-frame.js';
import { udpOf as udpFrame } from '../packets.js';

const BASE = [
  '# startup: nat { endpoint-dependent }',
  'create packet-generator interface pg0',
  'create packet-generator interface pg1',
  'set interface state pg0 up',
  'set interface state pg1 up',
  'set interface ip address pg0 10.1.1.1/24',
  'set interface ip address pg1 192.168.16.1/24',
  'set ip arp static pg0 10.1.1.3 02:00:00:00:01:03',
  'set ip arp static pg1 192.168.16.100 02:00:00:00:02:64',
  'ip route add 0.0.0.0/0 via 192.168.16.100 pg1',
  'nat44 add address 192.168.16.10',
];
const IN_OUT = [...BASE, 'set interface nat44 in pg0', 'set interface nat44 out pg1'];
const BOTH_ON_POD = [...BASE, 'nat44 forwarding enable', 'set interface nat44 in pg0 out pg0'];
const AFFINITY =
  'nat44 add load-balancing static mapping protocol udp external 192.168.16.10:80 ' +
  'local 10.1.1.3:8080 probability 1 local 10.1.1.4:8080 probability 1 affinity 60';

/** A UDP frame. */
interface Udp {
  on: string;
  source: string;
  destination: string;
  port: number;
  toPort: number;
}

interface Row {
  name: string;
  config: string[];
  given: Udp;
  /** The NAT nodes it visits, and the beginning of its cause. */
  nodes: string[];
  cause?: string;
}

const POD = '10.1.1.3';
const SERVER = '8.8.8.8';
const OUTSIDE = '192.168.16.10';

const ROWS: Row[] = [
  {
    name: 'an inside host goes out',
    config: IN_OUT,
    given: { on: 'pg0', source: POD, destination: SERVER, port: 1000, toPort: 53 },
    nodes: ['nat44-ed-in2out', 'nat44-ed-in2out-slowpath'],
  },
  {
    name: 'nobody asked for it',
    config: IN_OUT,
    given: { on: 'pg1', source: SERVER, destination: OUTSIDE, port: 53, toPort: 1000 },
    nodes: ['nat44-ed-out2in', 'nat44-ed-out2in-slowpath'],
    cause:
      'NAT44 has no session or mapping for 192.168.16.10:1000, and forwarding is disabled: it began before the capture',
  },
  {
    name: 'DHCP to the outside interface passes without a translation',
    config: IN_OUT,
    given: { on: 'pg1', source: '192.168.16.100', destination: '192.168.16.1', port: 67, toPort: 68 },
    nodes: ['nat44-ed-out2in', 'nat44-ed-out2in-slowpath'],
    cause: 'listens on UDP port 68',
  },
  {
    name: 'DHCP on an interface with a classifier takes a wrong turn',
    config: BOTH_ON_POD,
    given: { on: 'pg0', source: POD, destination: OUTSIDE, port: 67, toPort: 68 },
    nodes: [
      'nat44-ed-classify',
      'nat44-ed-out2in',
      'nat44-ed-out2in-slowpath',
      'nat44-ed-in2out',
      'nat44-ed-in2out-slowpath',
    ],
    cause: 'listens on UDP port 68',
  },
  {
    name: 'an inside host asks for a service with affinity',
    config: [...IN_OUT, AFFINITY],
    given: { on: 'pg0', source: POD, destination: OUTSIDE, port: 1000, toPort: 80 },
    nodes: ['nat44-ed-in2out', 'nat44-ed-in2out-slowpath'],
    cause: 'not modelled: VPP 19.08 crashes',
  },
  {
    name: 'an inside host asks for an identity mapping',
    config: [...IN_OUT, 'nat44 add identity mapping 192.168.16.10 udp 4789'],
    given: { on: 'pg0', source: POD, destination: OUTSIDE, port: 1000, toPort: 4789 },
    nodes: ['nat44-ed-in2out', 'nat44-ed-in2out-slowpath'],
    cause: 'not modelled: VPP 19.08 sends this packet round and round',
  },
];

const frameOf = ({ source, destination, port, toPort }: Udp): Uint8Array =>
  udpFrame({ source, destination, protocol: 17 }, port, toPort, new Uint8Array(0), false);

function run({ config, given }: Row): Verdict {
  const tables = applyScript(parseScript(config.join('\n'), 'test.vpp'));
  const recorder = new VerdictRecorder();
  const dataplane: Dataplane = new Dataplane(
    tables,
    { transmit: (b) => recorder.transmit(b), discard: (b) => recorder.discard(b, dataplane) },
    true,
  );
  const bytes = frameOf(given);
  const frame = { interfaceName: given.on, bytes, originalLength: bytes.length, seconds: 0, nanoseconds: 0 };
  receiveFrame(dataplane, frame);
  return recorder.take(dataplane);
}

describe('NAT44 ED decisions', () => {
  for (const row of ROWS)
    it(row.name, () => {
      const { nodes, cause } = run(row);
      expect(nodes.filter((name) => name.startsWith('nat44-'))).to.deep.equal(row.nodes);
      if (row.cause === undefined) expect(cause).to.equal(null);
      else expect(cause).to.include(row.cause);
    });
});
