/** VPP 26.06 (c3200b88dc4), what people run today. */

import { acl } from '../pipeline/acl/plugin.js';
import { arpWithIpNeighbor as arp } from '../pipeline/arp/plugin.js';
import { dhcp } from '../pipeline/dhcp/plugin.js';
import { ethernet } from '../pipeline/ethernet/plugin.js';
import { fib } from '../pipeline/fib/plugin.js';
import { interfacePlugin } from '../pipeline/interface/plugin.js';
import { ip4WithReceive as ip4 } from '../pipeline/ip4/plugin.js';
import { ip4SvReassembly } from '../pipeline/ip4-sv-reassembly/plugin.js';
import { ip6WithReceive as ip6 } from '../pipeline/ip6/plugin.js';
import { l2 } from '../pipeline/l2/plugin.js';
import { natState } from '../pipeline/nat-common/plugin.js';
import { nat44Ed26 } from '../pipeline/nat44-ed-26/plugin.js';
import { nat44Ei } from '../pipeline/nat44-ei/plugin.js';
import { notModelledPlugin } from '../pipeline/not-modelled/plugin.js';
import { vxlan } from '../pipeline/vxlan/plugin.js';
import { FLOW_HASH_BEHIND_FRAGMENT, FLOW_HASH_DEFAULT, FLOW_HASH_FLOW_LABEL } from '../pipeline/fib/flow-hash.js';
import type { Release } from './release.js';
import { VPP_19_08 } from './vpp-19.08.js';
import { VPP_26_06 as WORDING } from './wording.js';

export const VPP_26_06: Release = {
  name: '26.06',
  plugins: [
    interfacePlugin,
    ethernet,
    fib,
    ip4,
    ip6,
    arp,
    dhcp,
    acl,
    ip4SvReassembly,
    natState,
    nat44Ei,
    nat44Ed26,
    l2,
    vxlan,
    notModelledPlugin,
  ],
  arcs: {
    ...VPP_19_08.arcs,
    'ip4-unicast': {
      features: [
        'ip4-not-enabled',
        'acl-plugin-in-ip4-fa',
        'ip4-sv-reassembly-feature',
        'nat44-ei-in2out',
        'nat44-ei-out2in',
        'nat44-ei-classify',
        'nat-pre-in2out',
        'nat-pre-out2in',
        'nat44-ed-classify',
      ],
      end: 'ip4-lookup',
    },
    'ip4-output': {
      features: [
        'ip4-sv-reassembly-output-feature',
        'nat-pre-in2out-output',
        'acl-plugin-out-ip4-fa',
        'nat44-ei-in2out-output',
      ],
      end: 'interface-output',
    },
    'ip4-local': { features: ['nat44-ei-hairpinning'], end: 'ip4-local-end-of-arc' },
  },
  behaviour: {
    takesLldpAndOsi: false,
    checksMacEverywhere: true,
    comparesByteBehind: false,
    refusesExactAny: true,
    addressByPrefix: true,
    flushesStaticNeighbours: false,
    acceptsAllHosts: true,
    loadBalancesAtStart: 0,
    ip6FlowHash: FLOW_HASH_DEFAULT | FLOW_HASH_FLOW_LABEL | FLOW_HASH_BEHIND_FRAGMENT,
    renewsSubInterfaceRewrites: true,
    addressesNeedExactMatch: true,
    receiveNode: 'ip4-receive',
    ip6ReceiveNode: 'ip6-receive',
    localReassemblyNode: 'ip4-local-full-reassembly',
    looksAtVersion: true,
    checksRouterAlert: true,
    originatesErrors: true,
    blamesMissingListener: true,
    fragmentsOnce: true,
    namesIp6Errors: true,
    ip6LocalReassemblyNode: 'ip6-local-full-reassembly',
    originatesIp6Echo: true,
    advertisesOnDemand: true,
    solicitsLinkLocally: true,
    limitsIp6Headers: true,
    arpReplyNamesReasons: true,
    writesOutputTwice: false,
    namesDropsShortly: true,
  },
  errorTexts: {
    'arp-disabled': { DISABLED: 'ARP Disabled' },
    'ip6-udp-lookup': {
      NONE: 'No error',
      NO_LISTENER: 'No listener for dst port',
      LENGTH_ERROR: 'Packets with length errors',
      PUNT: 'No listener punt',
    },
    'ip4-udp-lookup': {
      NONE: 'No error',
      NO_LISTENER: 'No listener for dst port',
      LENGTH_ERROR: 'Packets with length errors',
      PUNT: 'No listener punt',
    },
  },
  errorColumns: 35,
  pairNodes: ['ip4-udp-lookup', 'interface-output', 'vxlan4-encap', 'lookup-ip4-dst'],
  commandList: '26.06',
  without: ['set ip arp', 'startup: nat', 'create interface avf'],
  wording: WORDING,
};
