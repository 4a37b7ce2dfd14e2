/**
 * A script as its reader thinks of it: interfaces with what is on them, routes, neighbours, ACLs, NAT, bridge domains.
 * Made from the commands alone, in words and names, for `vppcap config`; it decides nothing about frames.
 */

import { formatAddress, formatMac } from '../wire/address.js';
import type { AclRule, CommandBody, NodeScript, Prefix, RoutePath } from '../pipeline/command/commands.js';
import { natMappingView } from '../pipeline/nat-common/nat-view.js';
import type { NatMappingView } from '../pipeline/nat-common/nat-view.js';

export interface InterfaceView {
  readonly swIfIndex: number;
  readonly name: string;
  readonly device: string;
  mac: string | null;
  up: boolean;
  addresses: string[];
  unnumbered: string | null;
  table: number;
  mtu: string[];
  nat: string[];
  inputAcls: number[];
  outputAcls: number[];
  bridge: string | null;
}

export interface NodeView {
  file: string;
  natMode: 'classic' | 'endpoint-dependent';
  ethernetInput: 'fast' | 'generic';
  readonly interfaces: InterfaceView[];
  tables: number[];
  routes: { table: number; prefix: string; paths: string[] }[];
  neighbors: { interface: string; address: string; mac: string; static: boolean }[];
  acls: { index: number; tag: string; rules: string[] }[];
  nat: {
    used: boolean;
    forwarding: boolean;
    options: Record<string, number>;
    addresses: string[];
    mappings: NatMappingView[];
  };
  options: Record<string, number | string>;
  bridgeDomains: { id: number; flags: Record<string, boolean> }[];
  tunnels: { name: string; source: string; destination: string; vni: number; encapVrf: number }[];
  l2fib: { mac: string; bridgeDomain: number; interface: string; flags: string[] }[];
  notes: NodeScript['notes'];
}

const prefixText = ({ address, length }: Prefix): string => `${formatAddress(address)}/${String(length)}`;

function pathText(path: RoutePath): string {
  const words: string[] = [];
  if (path.special !== null) words.push(path.special);
  if (path.nextHop !== null) words.push(formatAddress(path.nextHop));
  if (path.interfaceName !== null) words.push(path.interfaceName);
  if (path.nextHopTable !== null) words.push(`next-hop-table ${String(path.nextHopTable)}`);
  if (path.weight !== 1) words.push(`weight ${String(path.weight)}`);
  if (path.preference !== 0) words.push(`preference ${String(path.preference)}`);
  return words.join(' ');
}

const ruleText = ({ text, isIp6 }: AclRule): string => (isIp6 ? `${text} (IPv6: matches no IPv4 packet)` : text);

/** Removes the first element that the predicate takes. */
function removeFirst<T>(list: T[], isIt: (element: T) => boolean): void {
  const index = list.findIndex(isIt);
  if (index >= 0) list.splice(index, 1);
}

class ViewBuilder {
  readonly view: NodeView;

  constructor({ file, startup, ethernetInputGeneric, notes }: NodeScript) {
    const options: Record<string, number> = {};
    if (startup.maxTranslationsPerUser !== null) options['max translations per user'] = startup.maxTranslationsPerUser;
    if (startup.translationHashBuckets !== null) options['translation hash buckets'] = startup.translationHashBuckets;
    if (startup.userHashBuckets !== null) options['user hash buckets'] = startup.userHashBuckets;
    this.view = {
      file,
      natMode: startup.endpointDependent ? 'endpoint-dependent' : 'classic',
      ethernetInput: ethernetInputGeneric ? 'generic' : 'fast',
      interfaces: [],
      tables: [0],
      routes: [],
      neighbors: [],
      acls: [],
      nat: { used: false, forwarding: false, options, addresses: [], mappings: [] },
      options: {},
      bridgeDomains: [],
      tunnels: [],
      l2fib: [],
      notes,
    };
    this.addInterface('local0', 'local', null);
  }

  private addInterface(name: string, device: string, mac: string | null): void {
    this.view.interfaces.push({
      swIfIndex: this.view.interfaces.length,
      name,
      device,
      mac,
      up: false,
      addresses: [],
      unnumbered: null,
      table: 0,
      mtu: [],
      nat: [],
      inputAcls: [],
      outputAcls: [],
      bridge: null,
    });
  }

  private change(name: string, change: (entry: InterfaceView) => void): void {
    const entry = this.view.interfaces.find((candidate) => candidate.name === name);
    if (entry) change(entry);
  }

  /** The first of stem0, stem1, ... that is free. */
  private numbered(stem: string, instance: number | null): string {
    let free = 0;
    while (this.view.interfaces.some(({ name }) => name === `${stem}${String(free)}`)) free++;
    return `${stem}${String(instance ?? free)}`;
  }

  private setNatRole(name: string, role: string, isDelete: boolean): void {
    this.change(name, ({ nat }) => {
      removeFirst(nat, (other) => other === role);
      if (!isDelete) nat.push(role);
    });
  }

  add(body: CommandBody): void {
    const { view } = this;
    if (body.kind.startsWith('nat')) view.nat.used = true;
    switch (body.kind) {
      case 'create-interface':
        this.addInterface(body.name, body.device, body.mac && formatMac(body.mac));
        return;
      case 'create-loopback':
        this.addInterface(this.numbered('loop', body.instance), 'loopback', body.mac && formatMac(body.mac));
        return;
      case 'vxlan-tunnel': {
        const { vni, encapVrf } = body;
        const tunnel = {
          source: formatAddress(body.source),
          destination: formatAddress(body.destination),
          vni,
          encapVrf,
        };
        if (body.isDelete) {
          removeFirst(view.tunnels, ({ source, vni: other }) => source === tunnel.source && other === vni);
          return;
        }
        const name = this.numbered('vxlan_tunnel', body.instance);
        this.addInterface(name, 'vxlan', null);
        this.change(name, (entry) => void (entry.up = true)); // VPP makes tunnels up: VPP 19.08 src/vnet/vxlan/vxlan.c
        view.tunnels.push({ name, ...tunnel });
        return;
      }
      case 'interface-state':
        this.change(body.interfaceName, (entry) => void (entry.up = body.up));
        return;
      case 'interface-mac':
        this.change(body.interfaceName, (entry) => void (entry.mac = formatMac(body.mac)));
        return;
      case 'interface-address':
        this.change(body.interfaceName, ({ addresses }) => {
          removeFirst(addresses, (other) => other === prefixText(body.prefix));
          if (!body.isDelete) addresses.push(prefixText(body.prefix));
        });
        return;
      case 'interface-unnumbered':
        this.change(body.interfaceName, (entry) => void (entry.unnumbered = body.useInterface));
        return;
      case 'interface-mtu':
        this.change(body.interfaceName, ({ mtu }) => void mtu.push(`${body.layer} ${String(body.mtu)}`));
        return;
      case 'interface-table':
        this.change(body.interfaceName, (entry) => void (entry.table = body.tableId));
        return;
      case 'ip-table-add':
        if (!view.tables.includes(body.tableId)) view.tables.push(body.tableId);
        return;
      case 'ip-flow-hash':
        view.options[`flow hash of table ${String(body.tableId)}`] = body.fields.join(' ');
        return;
      case 'neighbor':
        view.neighbors.push({
          interface: body.interfaceName,
          address: formatAddress(body.address),
          mac: formatMac(body.mac),
          static: body.isStatic,
        });
        return;
      case 'route':
        this.addRoute(prefixText(body.prefix), body.tableId, body.paths.map(pathText), body.isDelete);
        return;
      case 'acl':
        view.acls.push({ index: view.acls.length, tag: body.tag, rules: body.rules.map(ruleText) });
        return;
      case 'acl-interface':
        this.change(body.interfaceName, (entry) => {
          (body.direction === 'input' ? entry.inputAcls : entry.outputAcls).push(body.aclIndex);
        });
        return;
      case 'acl-session-timeout':
        view.options[`ACL session timeout, ${body.which} (s)`] = body.seconds;
        return;
      case 'acl-l4-match-nonfirst-fragment':
        view.options['ACL l4-match-nonfirst-fragment'] = Number(body.enabled);
        return;
      case 'acl-hash-matching':
        view.options['ACL use-hash-acl-matching'] = Number(body.enabled);
        return;
      case 'nat44-interface': {
        const suffix = body.outputFeature ? ' output-feature' : '';
        for (const name of body.inside) this.setNatRole(name, `in${suffix}`, body.isDelete);
        for (const name of body.outside) this.setNatRole(name, `out${suffix}`, body.isDelete);
        return;
      }
      case 'nat44-forwarding':
        view.nat.forwarding = body.enabled;
        return;
      case 'nat44-address': {
        const range = body.first === body.last ? '' : ` - ${formatAddress(body.last)}`;
        const tenant = body.tenantVrf === null ? '' : ` tenant-vrf ${String(body.tenantVrf)}`;
        const text = `${formatAddress(body.first)}${range}${tenant}${body.twiceNat ? ' twice-nat' : ''}`;
        removeFirst(view.nat.addresses, (other) => other === text);
        if (!body.isDelete) view.nat.addresses.push(text);
        return;
      }
      case 'nat44-interface-address':
        view.nat.addresses.push(`addresses of ${body.interfaceName}${body.twiceNat ? ' twice-nat' : ''}`);
        return;
      case 'nat44-static-mapping':
      case 'nat44-identity-mapping':
      case 'nat44-lb-static-mapping': {
        const mapping = natMappingView(body);
        const text = JSON.stringify(mapping);
        removeFirst(view.nat.mappings, (other) => JSON.stringify(other) === text);
        if (!body.isDelete) view.nat.mappings.push(mapping);
        return;
      }
      case 'nat-timeout':
        view.nat.options[`timeout ${body.which} (s)`] = body.seconds;
        return;
      case 'nat-mss-clamping':
        view.nat.options['mss-clamping (bytes)'] = body.mss;
        return;
      case 'bridge-domain': {
        const { id, flood, uuFlood, forward, learn, arpTerm } = body;
        view.bridgeDomains.push({ id, flags: { learn, forward, 'uu-flood': uuFlood, flood, 'arp-term': arpTerm } });
        return;
      }
      case 'l2-bridge': {
        const group = body.splitHorizonGroup === 0 ? '' : ` shg ${String(body.splitHorizonGroup)}`;
        const bridge = `${String(body.bridgeDomain)}${body.bvi ? ' bvi' : ''}${group}`;
        this.change(body.interfaceName, (entry) => void (entry.bridge = bridge));
        return;
      }
      case 'l2fib-add': {
        const flags = [body.isStatic ? 'static' : '', body.isFilter ? 'filter' : '', body.isBvi ? 'bvi' : ''];
        view.l2fib.push({
          mac: formatMac(body.mac),
          bridgeDomain: body.bridgeDomain,
          interface: body.interfaceName,
          flags: flags.filter((flag) => flag !== ''),
        });
        return;
      }
    }
  }

  /** VPP's CLI adds paths to a prefix that has some already, and deletes the prefix where no path is named. */
  private addRoute(prefix: string, table: number, paths: readonly string[], isDelete: boolean): void {
    const { routes } = this.view;
    const isIt = (route: { table: number; prefix: string }): boolean =>
      route.table === table && route.prefix === prefix;
    const route = routes.find(isIt);
    if (!route) {
      if (!isDelete) routes.push({ table, prefix, paths: [...paths] });
      return;
    }
    const kept = route.paths.filter((path) => !paths.includes(path));
    route.paths = isDelete ? (paths.length === 0 ? [] : kept) : [...kept, ...paths];
    if (route.paths.length === 0) removeFirst(routes, isIt);
  }
}

/** What the commands of a script add up to. Commands on interfaces that do not exist are left out: applying reports them. */
export function viewOf(script: NodeScript): NodeView {
  const builder = new ViewBuilder(script);
  for (const { body } of script.commands) builder.add(body);
  return builder.view;
}
