/** What configuration knows of endpoint-dependent NAT44 (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed.c nat44_ed_add_interface and its like). */

import type { NatFeature, NatMode } from '../nat-common/state/nat-mode.js';
import { fillKnown } from './session-state.js';
import { portsWord, protocolWord } from './state/ed-flows.js';
import { FIRST_PORT, PORTS } from './state/outside-addresses.js';

const unicast = (node: string): NatFeature => ({ arc: 'ip4-unicast', node });
const output = (node: string): NatFeature => ({ arc: 'ip4-output', node });

const REASSEMBLY = unicast('ip4-sv-reassembly-feature');
const OUTPUT = [
  REASSEMBLY,
  output('ip4-sv-reassembly-output-feature'),
  unicast('nat-pre-out2in'),
  output('nat-pre-in2out-output'),
];

export const ED_MODE: NatMode = {
  words: 'nat44',
  isEndpointDependent: true,
  isPlugin: true,
  reservesPorts: false,
  features: {
    in: [REASSEMBLY, unicast('nat-pre-in2out')],
    out: [REASSEMBLY, unicast('nat-pre-out2in')],
    'in out': [REASSEMBLY, unicast('nat44-ed-classify')],
    'output in': OUTPUT,
    'output out': OUTPUT,
  },
  // OutsideAddresses chooses the address.
  ports: { start: () => 0, port: (stream) => FIRST_PORT + stream.randomBelow(PORTS), firstPort: FIRST_PORT },
  fill: (known, { nat44Ed26, clock }) => {
    fillKnown(known, nat44Ed26.sessions, clock.now);
  },
  sessionOf: ({ nat44Ed26 }, { source, destination, sourcePort, destinationPort, ipProtocol }, _isIn2out, fibIndex) => {
    const ports = portsWord(sourcePort, destinationPort);
    return nat44Ed26.sessions.flows.find(source, destination, ports, protocolWord(ipProtocol, fibIndex));
  },
};
