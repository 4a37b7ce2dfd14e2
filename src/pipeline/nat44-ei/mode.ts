/** NAT44 EI as a kind of NAT44. */

import type { NatWords } from '../nat-common/nat-command.js';
import { INDEPENDENT_MODE } from '../nat-common/independent/independent-sessions.js';
import type { NatFeature, NatMode } from '../nat-common/state/nat-mode.js';
import { LAST_RESERVED_PORT, PORTS_PER_ADDRESS } from '../nat-common/state/port-stream.js';

/** How it words its commands. */
export const EI_WORDS: NatWords = { nat44: 'nat44 ei', nat: 'nat44 ei', hasServices: false, needsBothPorts: true };

const LOCAL0 = 0;

const REASSEMBLY: NatFeature = { arc: 'ip4-unicast', node: 'ip4-sv-reassembly-feature' };
const OUTPUT_REASSEMBLY: NatFeature = { arc: 'ip4-output', node: 'ip4-sv-reassembly-output-feature' };
const unicast = (node: string): NatFeature => ({ arc: 'ip4-unicast', node });

const ON_OUTPUT = [
  REASSEMBLY,
  OUTPUT_REASSEMBLY,
  unicast('nat44-ei-out2in'),
  { arc: 'ip4-output', node: 'nat44-ei-in2out-output' },
] as const;

/** The address as VPP reads it, with its first byte the lowest. */
const littleEndian = (address: number): number =>
  ((address & 0xff) << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | (address >>> 24);

export const NAT44_EI: NatMode = {
  words: EI_WORDS.nat44,
  ...INDEPENDENT_MODE,
  isPlugin: true,
  features: {
    in: [REASSEMBLY, unicast('nat44-ei-in2out'), { arc: 'ip4-local', node: 'nat44-ei-hairpinning', swIfIndex: LOCAL0 }],
    out: [REASSEMBLY, unicast('nat44-ei-out2in')],
    'in out': [REASSEMBLY, unicast('nat44-ei-classify')],
    'output in': ON_OUTPUT,
    'output out': ON_OUTPUT,
  },
  /** VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei.c nat44_ei_alloc_default_cb. */
  ports: {
    start: (inside, count) => (count === 0 ? 0 : (littleEndian(inside) >>> 0) % count),
    port: (stream) => stream.randomBelow(PORTS_PER_ADDRESS) + LAST_RESERVED_PORT,
    firstPort: LAST_RESERVED_PORT,
  },
};
