/** `create vxlan tunnel`. VPP 19.08 src/vnet/vxlan/vxlan.c */

import { formatAddress, MAC_ZERO } from '../../wire/address.js';
import * as ip4 from '../../wire/ip4.js';
import { originOf, refuseTaken } from '../command/apply-command.js';
import { address, number, u32 } from '../command/arguments.js';
import { command, Refusal, required, type CommandRow } from '../command/command-row.js';
import { ConfigError, NotModelledError } from '../command/config-error.js';
import { anyOrder, argument, means, notModelled, sequence, word } from '../command/matcher.js';
import { removeFirst, type ViewPart } from '../command/node-view.js';
import { requireTable } from '../fib/require-table.js';
import { UDP_PORT } from '../../wire/vxlan.js';

declare module '../command/node-view.js' {
  interface NodeView {
    readonly tunnels: { name: string; source: string; destination: string; vni: number; encapVrf: number }[];
  }
}

export interface MakeTunnel {
  readonly kind: 'vxlan-tunnel';
  readonly source: number;
  readonly destination: number;
  readonly vni: number;
  readonly encapVrf: number;
  readonly instance: number | null;
  readonly isDelete: boolean;
}

/** 24 bits. RFC 7348 §5 */
const VNI_MAX = (1 << 24) - 1;

const vxlanTunnel = anyOrder(
  sequence(word('src'), argument('source', address)),
  sequence(word('dst'), argument('destination', address)),
  sequence(word('vni'), argument('vni', number('a VNI', 1, VNI_MAX))),
  sequence(word('encap-vrf-id'), argument('encapVrf', u32('a VRF id'))),
  sequence(word('instance'), argument('instance', u32('a tunnel instance'))),
  means('del', { isDelete: true }),
  means('decap-next l2', {}),
  notModelled('decap-next', 'a next node other than l2 behind a tunnel'),
  notModelled('group', 'multicast tunnels'),
);

export const vxlanCommands: readonly CommandRow[] = [
  command('create vxlan tunnel', vxlanTunnel, {
    build: (values): MakeTunnel => {
      const source = required(values.source, '"src ADDRESS"');
      const destination = required(values.destination, '"dst ADDRESS"');
      if (source === destination) throw new Refusal('"src" and "dst" are the same address');
      return {
        kind: 'vxlan-tunnel',
        source,
        destination,
        vni: required(values.vni, '"vni N"'),
        encapVrf: values.encapVrf ?? 0,
        instance: values.instance ?? null,
        isDelete: values.isDelete ?? false,
      };
    },
    apply: ({ source, destination, vni, encapVrf, instance, isDelete }, tables, at) => {
      if (isDelete)
        throw new NotModelledError(at.at, 'deleting a VXLAN tunnel is not modelled; leave its creation out');
      if (ip4.isMulticast(destination))
        throw new ConfigError(at.at, `"dst" must be a unicast address, not ${formatAddress(destination)}`);
      const { vxlan, interfaces } = tables;
      const encapFibIndex = requireTable(tables, encapVrf, at);
      const ends = { source, destination, vni, encapFibIndex };
      if (vxlan.has(ends))
        throw new ConfigError(
          at.at,
          `there already is a VXLAN tunnel to ${formatAddress(destination)} with VNI ${vni}`,
        );
      const name = `vxlan_tunnel${instance ?? vxlan.all.length}`;
      refuseTaken(tables, name, at);
      const made = interfaces.create(name, 'vxlan', MAC_ZERO, originOf(at), 'vxlan4-encap');
      interfaces.setUp(made, true); // VPP makes tunnels up
      vxlan.add({ swIfIndex: made.swIfIndex, ...ends });
      tables.ip4.trackHost(encapFibIndex, destination);
      tables.ip4.listenToUdp(UDP_PORT, 'vxlan4-input');
    },
    show: (tunnel, builder) => {
      const { tunnels } = builder.view;
      const { vni, encapVrf } = tunnel;
      const [source, destination] = [tunnel.source, tunnel.destination].map(formatAddress);
      if (tunnel.isDelete) {
        removeFirst(tunnels, (other) => other.source === source && other.vni === vni);
        return;
      }
      const name = builder.numbered('vxlan_tunnel', tunnel.instance);
      builder.addInterface(name, 'vxlan', null);
      builder.change(name, (entry) => void (entry.up = true));
      tunnels.push({ name, source, destination, vni, encapVrf });
    },
  }),
];

export const vxlanView: ViewPart = {
  node: () => ({ tunnels: [] }),
  sections: [
    {
      order: 61,
      title: 'Bridge domains and tunnels',
      rows: ({ tunnels }) =>
        tunnels.map(({ name, source, destination, vni, encapVrf }) => {
          const vrf = encapVrf === 0 ? '' : ` encap-vrf ${String(encapVrf)}`;
          return [name, `${source} -> ${destination} vni ${String(vni)}${vrf}`];
        }),
    },
  ],
};
