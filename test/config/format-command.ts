/** A typed command as the line it came from, in the order of words that the recordings' scripts use. */

import type { Rule } from '../../src/pipeline/acl/match/acl-rules.js';
import type { AnyAddress } from '../../src/pipeline/command/arguments.js';
import type { Prefix } from '../../src/pipeline/command/config-error.js';
import type { RoutePath } from '../../src/pipeline/ip4/route-command.js';
import { formatAddress, formatMac } from '../../src/wire/address.js';
import { formatIp6 } from '../../src/wire/ip6-address.js';
import type { AnyBody } from './any-body.js';

const prefix = ({ address, length, isIp6 }: Prefix): string =>
  `${anyAddress({ address, isIp6: isIp6 ?? false })}/${length}`;
const anyAddress = ({ address, isIp6 }: AnyAddress): string => (isIp6 ? formatIp6(address) : formatAddress(address));
const words = (...parts: (string | number | false | null)[]): string =>
  parts.filter((part) => part !== false && part !== null && part !== '').join(' ');

const path = (way: RoutePath): string =>
  words(
    'via',
    way.special,
    way.nextHop !== null && anyAddress(way.nextHop),
    way.interfaceName,
    way.weight !== 1 && `weight ${way.weight}`,
  );

/** Ports are written as the rule's text has them: everything, or not at all. */
const rule = (entry: Rule): string =>
  words(
    ['deny', 'permit', 'permit+reflect'][entry.action],
    `src ${network(entry, entry.source, entry.sourceLength)}`,
    `dst ${network(entry, entry.destination, entry.destinationLength)}`,
    entry.protocol !== 0 && `proto ${entry.protocol}`,
    entry.text.includes('sport') && `sport ${entry.sourcePortFirst}-${entry.sourcePortLast}`,
    entry.text.includes('sport') && `dport ${entry.destinationPortFirst}-${entry.destinationPortLast}`,
    entry.tcpFlagsMask !== 0 && `tcpflags ${entry.tcpFlagsValue} ${entry.tcpFlagsMask}`,
  );

const network = ({ isIp6 }: Rule, address: number, length: number): string =>
  prefix({ address, length, ...(isIp6 ? { isIp6 } : {}) });

/** Null for kinds that no recording has. */
export function formatCommand(body: AnyBody): string | null {
  switch (body.kind) {
    case 'create-interface':
      return `create packet-generator interface ${body.name}`;
    case 'create-loopback':
      return words('create loopback interface', body.mac && `mac ${formatMac(body.mac)}`);
    case 'interface-state':
      return `set interface state ${body.interfaceName} ${body.up ? 'up' : 'down'}`;
    case 'interface-mac':
      return `set interface mac address ${body.interfaceName} ${formatMac(body.mac)}`;
    case 'interface-address':
      return words('set interface ip address', body.isDelete && 'del', body.interfaceName, prefix(body.prefix));
    case 'interface-unnumbered':
      return `set interface unnumbered ${body.interfaceName} use ${body.useInterface}`;
    case 'interface-mtu':
      return words('set interface mtu', body.layer !== 'hardware' && body.layer, body.mtu, body.interfaceName);
    case 'interface-table':
      return `set interface ip table ${body.interfaceName} ${body.tableId}`;
    case 'ip-table-add':
      return `ip table add ${body.tableId}`;
    case 'ip-flow-hash':
      return `set ip flow-hash table ${body.tableId} ${body.fields.join(' ')}`;
    case 'neighbor':
      return words(
        body.isIp6 ? 'set ip6 neighbor' : 'set ip arp',
        body.isStatic && 'static',
        body.noFibEntry && 'no-fib-entry',
        body.interfaceName,
        anyAddress(body),
        formatMac(body.mac),
      );
    case 'route':
      return words(
        `ip route ${body.isDelete ? 'del' : 'add'} ${prefix(body.prefix)}`,
        body.tableId !== 0 && `table ${body.tableId}`,
        ...body.paths.map(path),
      );
    case 'acl':
      return words('set acl-plugin acl', body.tag && `tag ${body.tag}`, body.rules.map(rule).join(', '));
    case 'acl-interface':
      return `set acl-plugin interface ${body.interfaceName} ${body.direction} acl ${body.aclIndex}`;
    case 'acl-session-timeout':
      return `set acl-plugin session timeout ${body.which} ${body.seconds}`;
    case 'acl-l4-match-nonfirst-fragment':
      return `set acl-plugin l4-match-nonfirst-fragment ${Number(body.enabled)}`;
    case 'acl-hash-matching':
      return `set acl-plugin use-hash-acl-matching ${Number(body.enabled)}`;
    case 'nat44-interface':
      return words(
        'set interface nat44',
        ...body.inside.map((name) => `in ${name}`),
        ...body.outside.map((name) => `out ${name}`),
        body.outputFeature && 'output-feature',
        body.isDelete && 'del',
      );
    case 'nat44-forwarding':
      return `nat44 forwarding ${body.enabled ? 'enable' : 'disable'}`;
    case 'nat44-address':
      return words(
        'nat44 add address',
        formatAddress(body.first),
        body.last !== body.first && `- ${formatAddress(body.last)}`,
        body.tenantVrf !== null && `tenant-vrf ${body.tenantVrf}`,
        body.twiceNat && 'twice-nat',
      );
    case 'nat44-static-mapping': {
      const hasPorts = body.protocol !== null;
      return words(
        'nat44 add static mapping',
        body.protocol,
        `local ${formatAddress(body.localAddress)}`,
        hasPorts && body.localPort,
        `external ${formatAddress(body.externalAddress)}`,
        hasPorts && body.externalPort,
        body.vrf !== null && `vrf ${body.vrf}`,
        body.twiceNat !== 'none' && body.twiceNat,
        body.out2inOnly && 'out2in-only',
      );
    }
    case 'nat44-identity-mapping':
      return words(
        'nat44 add identity mapping',
        formatAddress(body.address),
        body.protocol,
        body.protocol !== null && body.port,
      );
    case 'nat44-lb-static-mapping':
      return words(
        `nat44 add load-balancing static mapping protocol ${body.protocol}`,
        `external ${formatAddress(body.externalAddress)}:${body.externalPort}`,
        ...body.locals.map(
          (local) => `local ${formatAddress(local.address)}:${local.port} probability ${local.probability}`,
        ),
        body.twiceNat !== 'none' && body.twiceNat,
        body.out2inOnly && 'out2in-only',
        body.affinity !== 0 && `affinity ${body.affinity}`,
      );
    case 'nat-timeout':
      return `set nat timeout ${body.which} ${body.seconds}`;
    case 'nat-mss-clamping':
      return `nat mss-clamping ${body.mss}`;
    case 'vxlan-tunnel':
      return `create vxlan tunnel src ${formatAddress(body.source)} dst ${formatAddress(body.destination)} vni ${body.vni}`;
    case 'bridge-domain': {
      const { id, learn, forward, uuFlood, flood, arpTerm } = body;
      const bits = [learn, forward, uuFlood, flood, arpTerm].map(Number);
      if (bits.join('') === '11110') return `create bridge-domain ${id}`;
      const names = ['learn', 'forward', 'uu-flood', 'flood', 'arp-term'];
      return words('create bridge-domain', id, ...names.map((name, index) => `${name} ${bits[index]}`));
    }
    case 'l2-bridge':
      return words(
        `set interface l2 bridge ${body.interfaceName} ${body.bridgeDomain}`,
        body.bvi && 'bvi',
        body.splitHorizonGroup !== 0 && body.splitHorizonGroup,
      );
    case 'l2fib-add':
      return words('l2fib add', formatMac(body.mac), body.bridgeDomain, body.interfaceName, body.isStatic && 'static');
    case 'nat44-interface-address':
      return null;
  }
}
