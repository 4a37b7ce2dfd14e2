/** VPP 19.08 (ec9ce338), the last release that Contiv/VPP shipped with. */

import { acl } from '../pipeline/acl/plugin.js';
import { arp } from '../pipeline/arp/plugin.js';
import { dhcp } from '../pipeline/dhcp/plugin.js';
import { ethernet } from '../pipeline/ethernet/plugin.js';
import { fib } from '../pipeline/fib/plugin.js';
import { interfacePlugin } from '../pipeline/interface/plugin.js';
import { ip4 } from '../pipeline/ip4/plugin.js';
import { ip6 } from '../pipeline/ip6/plugin.js';
import { l2 } from '../pipeline/l2/plugin.js';
import { natCommon } from '../pipeline/nat-common/plugin.js';
import { nat44Classic } from '../pipeline/nat44-classic/plugin.js';
import { nat44Ed } from '../pipeline/nat44-ed/plugin.js';
import { notModelledPlugin } from '../pipeline/not-modelled/plugin.js';
import { vxlan } from '../pipeline/vxlan/plugin.js';
import { FLOW_HASH_DEFAULT } from '../pipeline/fib/flow-hash.js';
import type { Release } from './release.js';
import { VPP_19_08 as WORDING } from './wording.js';

export const VPP_19_08: Release = {
  name: '19.08',
  plugins: [
    interfacePlugin,
    ethernet,
    fib,
    ip4,
    ip6,
    arp,
    dhcp,
    acl,
    natCommon,
    nat44Classic,
    nat44Ed,
    l2,
    vxlan,
    notModelledPlugin,
  ],
  arcs: {
    'ip4-unicast': {
      features: [
        'ip4-not-enabled',
        'acl-plugin-in-ip4-fa',
        'nat44-in2out',
        'nat44-out2in',
        'nat44-classify',
        'nat44-hairpin-dst',
        'nat44-ed-in2out',
        'nat44-ed-out2in',
        'nat44-ed-classify',
        'nat44-ed-hairpin-dst',
      ],
      end: 'ip4-lookup',
    },
    'ip4-multicast': { features: ['ip4-not-enabled'], end: 'ip4-mfib-forward-lookup' },
    'ip4-output': {
      features: [
        'acl-plugin-out-ip4-fa',
        'nat44-in2out-output',
        'nat44-hairpin-src',
        'nat44-ed-in2out-output',
        'nat44-ed-hairpin-src',
      ],
      end: 'interface-output',
    },
    'ip4-local': { features: ['nat44-hairpinning', 'nat44-ed-hairpinning'], end: 'ip4-local-end-of-arc' },
    'ip6-unicast': { features: ['acl-plugin-in-ip6-fa', 'ip6-not-enabled'], end: 'ip6-lookup' },
    'ip6-multicast': { features: ['ip6-not-enabled'], end: 'ip6-mfib-forward-lookup' },
    'ip6-output': { features: ['acl-plugin-out-ip6-fa'], end: 'interface-output' },
    arp: { features: ['arp-reply', 'arp-proxy', 'arp-disabled'], end: 'error-drop' },
    'l2-input-ip4': {
      features: ['acl-plugin-in-ip4-l2'],
      end: 'l2-input-feat-arc-end',
      start: 'l2-input-feat-arc',
    },
    'l2-input-ip6': {
      features: ['acl-plugin-in-ip6-l2'],
      end: 'l2-input-feat-arc-end',
      start: 'l2-input-feat-arc',
    },
    'l2-output-ip4': {
      features: ['acl-plugin-out-ip4-l2'],
      end: 'l2-output-feat-arc-end',
      start: 'l2-output-feat-arc',
    },
    'l2-output-ip6': {
      features: ['acl-plugin-out-ip6-l2'],
      end: 'l2-output-feat-arc-end',
      start: 'l2-output-feat-arc',
    },
  },
  behaviour: {
    takesLldpAndOsi: true,
    checksMacEverywhere: false,
    comparesByteBehind: true,
    refusesExactAny: false,
    addressByPrefix: false,
    flushesStaticNeighbours: true,
    acceptsAllHosts: false,
    loadBalancesAtStart: 1,
    ip6FlowHash: FLOW_HASH_DEFAULT,
    renewsSubInterfaceRewrites: false,
    addressesNeedExactMatch: false,
    receiveNode: 'ip4-local',
    ip6ReceiveNode: 'ip6-local',
    localReassemblyNode: 'ip4-full-reassembly',
    looksAtVersion: false,
    checksRouterAlert: false,
    originatesErrors: false,
    blamesMissingListener: false,
    fragmentsOnce: false,
    namesIp6Errors: false,
    ip6LocalReassemblyNode: 'ip6-full-reassembly',
    originatesIp6Echo: false,
    advertisesOnDemand: false,
    solicitsLinkLocally: false,
    limitsIp6Headers: false,
    arpReplyNamesReasons: false,
    writesOutputTwice: true,
    namesDropsShortly: false,
  },
  // It has no `set ip neighbor` either, but scripts mix it in, and it can mean nothing else.
  pairNodes: [
    ...['nat44', 'nat44-ed'].flatMap((nat) =>
      ['in2out', 'in2out-slowpath', 'in2out-output', 'in2out-output-slowpath', 'out2in', 'out2in-slowpath'].map(
        (node) => `${nat}-${node}`,
      ),
    ),
    'ip4-udp-lookup',
    'interface-output',
    'vxlan4-encap',
    'lookup-ip4-dst',
  ],
  commandList: '19.08',
  without: ['ip neighbor', 'create interface af_xdp', 'create interface idpf', 'set arp proxy', 'set interface name'],
  wording: WORDING,
};
