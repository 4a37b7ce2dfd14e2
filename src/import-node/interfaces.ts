/**
 * Interfaces: `show interface`, `show interface addr`, `show hardware-interfaces` and `show vxlan tunnel` (VPP 19.08
 * src/vnet/interface_cli.c, interface_format.c, src/vnet/vxlan/vxlan.c).
 */

import { Facts, indexIn, type Findings, type ShownAnswers, type ShownLine } from './shown.js';
import { isPrefix, type Family } from './prefixes.js';

/** In bytes: of L3, and of what has one of its own. */
export interface ShownMtu {
  readonly packet: number;
  readonly ip4: number;
  readonly ip6: number;
}

export interface ShownInterface {
  readonly name: string;
  readonly swIfIndex: number;
  readonly isUp: boolean;
  readonly mtu: ShownMtu | null;
}

export interface ShownBridge {
  readonly id: number;
  readonly index: number;
  readonly splitHorizonGroup: number;
  readonly isBvi: boolean;
}

export interface ShownTunnel {
  readonly instance: number;
  readonly source: string;
  readonly destination: string;
  readonly vni: number;
  readonly fibIndex: number;
  readonly decapNext: string | null;
}

const ROW = /^\s*(\S+)\s+(\d+)\s+(up|down|error)(?:\/punt)?\s*(?:(\d+)\/(\d+)\/(\d+)\/\d+)?(?:\s|$)/;
const HARDWARE = /^\s*(\S+)\s+(\d+)\s+(?:up|down|slave)\s+\S/;
const MAC = /^\s*Ethernet address ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})/i;
const OWNER = /^\s*(\S+) \((up|dn)\):\s*$/;
const ADDRESS = /^\s*L3 (\S+\/\d+)(?: (ip[46]) table-id (\d+) fib-idx (\d+))?\s*$/;
const LENDER = /^\s*unnumbered, use (\S+)/;
const BRIDGE = /^\s*L2 bridge bd-id (\d+) idx (\d+) shg (\d+)\s*(bvi)?/;
const CROSS_CONNECT = /^\s*L2 xconnect (\S+)/;
const TUNNEL =
  /^\s*\[\d+\] instance (\d+) src (\S+) dst (\S+) (?:src_port \d+ dst_port \d+ )?vni (\d+) fib-idx (\d+) sw-if-idx (\d+)(?:.*? decap-next-(\S+(?: \d+)?))?/;

const tablesOfInterfaces = (family: Family): Facts<number> => new Facts((name) => `the ${family} table of ${name}`);
const tablesByIndex = (family: Family): Facts<number> =>
  new Facts((index) => `the ${family} table with fib index ${index}`);

export class ShownInterfaces {
  /** In the order of their numbers. */
  readonly all: readonly ShownInterface[];
  readonly macs = new Facts<string>((name) => `the MAC of ${name}`);
  /** Addresses with their prefix lengths, by interface; each once. */
  readonly addresses = new Map<string, string[]>();
  /** Table ids other than 0, by interface. */
  readonly tables: Record<Family, Facts<number>> = { ip4: tablesOfInterfaces('ip4'), ip6: tablesOfInterfaces('ip6') };
  /** Table ids by fib index. */
  readonly tableIds: Record<Family, Facts<number>> = { ip4: tablesByIndex('ip4'), ip6: tablesByIndex('ip6') };
  readonly lenders = new Facts<string>((name) => `the interface whose addresses ${name} uses`);
  readonly bridges = new Facts<ShownBridge>(
    (name) => `the bridge domain of ${name}`,
    ({ id }) => String(id),
  );
  /** Of sub-interfaces: `dot1q 100`. */
  readonly tags = new Facts<string>((name) => `what is between MACs and packets of ${name}`);
  readonly crossConnects = new Facts<string>((name) => `the cross-connect of ${name}`);
  readonly tunnels = new Facts<ShownTunnel>(
    (index) => `the VXLAN tunnel with sw_if_index ${index}`,
    ({ source, destination, vni }) => `${source} to ${destination} vni ${vni}`,
  );
  private readonly states = new Facts<boolean>(
    (name) => `the state of ${name}`,
    (isUp) => (isUp ? 'up' : 'down'),
  );
  private readonly names = new Facts<string>((index) => `sw_if_index ${index}`);
  private readonly mtus = new Facts<ShownMtu>(
    (name) => `the MTU of ${name}`,
    ({ packet, ip4, ip6 }) => `${packet}/${ip4}/${ip6}`,
  );

  constructor(
    answers: ShownAnswers,
    private readonly findings: Findings,
  ) {
    for (const line of answers.linesOf('show interface')) this.readRow(line);
    const hardware = this.readHardware(answers);
    this.readAddresses(answers);
    for (const line of answers.linesOf('show vxlan tunnel')) this.readTunnel(line);
    this.all = this.inOrder(answers, hardware);
  }

  byIndex = (swIfIndex: number): ShownInterface | undefined => this.all.find((one) => one.swIfIndex === swIfIndex);
  byName = (name: string): ShownInterface | undefined => this.all.find((one) => one.name === name);

  /** The interface that a sub-interface is of, and its number there; null for any other. */
  parentOf(name: string): { readonly parent: string; readonly id: string } | null {
    const [, parent, id] = /^(.+)\.(\d+)$/.exec(name) ?? [];
    return (parent as string | undefined) !== undefined && this.byName(parent) ? { parent, id } : null;
  }

  /** The interface that has the MAC of another: its own, or that of a sub-interface's parent. */
  ownerOf = (name: string): string => this.parentOf(name)?.parent ?? name;

  /** The name of an interface that a line names by number. Throws ConfigError where there is none. */
  require(swIfIndex: number, line: ShownLine): string {
    return (
      this.byIndex(swIfIndex)?.name ??
      line.refuse(`no answer to "show interface" has an interface with sw_if_index ${swIfIndex}`)
    );
  }

  /** Throws ConfigError where nothing else shows the interface. */
  requireName(name: string, line: ShownLine): string {
    return this.byName(name)?.name ?? line.refuse(`no answer to "show interface" has an interface "${name}"`);
  }

  private readRow(line: ShownLine): void {
    const row = ROW.exec(line.text);
    if (!row) return;
    const [, name, index, state, packet, ip4, ip6] = row;
    this.names.add(indexIn(line, 'sw_if_index', index), name, line);
    this.states.add(name, state === 'up', line);
    // Older releases do not print it.
    if ((packet as string | undefined) !== undefined)
      this.mtus.add(name, { packet: Number(packet), ip4: Number(ip4), ip6: Number(ip6) }, line);
  }

  /** Names by their numbers among hardware interfaces. */
  private readHardware(answers: ShownAnswers): Facts<string> {
    const names = new Facts<string>((index) => `hardware interface ${index}`);
    let name = '';
    for (const line of answers.linesOf('show hardware-interfaces')) {
      const [row, mac] = [HARDWARE.exec(line.text), MAC.exec(line.text)];
      if (row) names.add(indexIn(line, 'interface', row[2]), (name = row[1]), line);
      if (mac && name !== '') this.macs.add(name, mac[1].toLowerCase(), line);
    }
    return names;
  }

  private readAddresses(answers: ShownAnswers): void {
    const lists: { readonly owner: string; readonly prefixes: string[]; readonly line: ShownLine }[] = [];
    let owner = '';
    for (const line of answers.linesOf('show interface address')) {
      const [row, address, lender, bridge, other] = [OWNER, ADDRESS, LENDER, BRIDGE, CROSS_CONNECT].map((form) =>
        form.exec(line.text),
      );
      if (row) {
        owner = row[1];
        this.states.add(owner, row[2] === 'up', line);
        lists.push({ owner, prefixes: [], line });
      }
      if (lender) this.lenders.add(owner, lender[1], line);
      if (other) this.crossConnects.add(owner, other[1], line);
      if (bridge) {
        const [id, index, splitHorizonGroup] = bridge.slice(1, 4).map(Number);
        this.bridges.add(owner, { id, index, splitHorizonGroup, isBvi: bridge[4] === 'bvi' }, line);
      }
      const list = lists.at(-1);
      if (address && list) this.readAddress(owner, list.prefixes, address, line);
    }
    const told = new Facts<readonly string[]>(
      (name) => `the list of addresses of ${name}`,
      (prefixes) => (prefixes.length === 0 ? 'empty' : prefixes.join(', ')),
    );
    for (const { owner: name, prefixes, line } of lists) {
      told.add(name, prefixes, line);
      if (prefixes.length > 0) this.addresses.set(name, prefixes);
    }
  }

  /** Of an unnumbered interface, VPP prints those that it uses. */
  private readAddress(
    owner: string,
    prefixes: string[],
    [, prefix, family, tableId, fibIndex]: RegExpExecArray,
    line: ShownLine,
  ): void {
    if (family === 'ip4' || family === 'ip6') {
      this.tables[family].add(owner, Number(tableId), line);
      this.tableIds[family].add(fibIndex, Number(tableId), line);
    }
    if (this.lenders.get(owner) !== undefined) return;
    if (!isPrefix(prefix)) line.refuse(`${prefix} is no address with the length of its prefix`);
    if (!prefixes.includes(prefix)) prefixes.push(prefix);
  }

  private readTunnel(line: ShownLine): void {
    const row = TUNNEL.exec(line.text);
    if (!row) return;
    const [, instance, source, destination, vni, fibIndex, swIfIndex, decapNext] = row;
    const tunnel = {
      instance: Number(instance),
      source,
      destination,
      vni: Number(vni),
      fibIndex: Number(fibIndex),
      decapNext: (decapNext as string | undefined) ?? null,
    };
    const index = indexIn(line, 'sw_if_index', swIfIndex);
    this.tunnels.add(index, tunnel, line);
    this.names.add(index, `vxlan_tunnel${instance}`, line);
  }

  private inOrder(answers: ShownAnswers, hardware: Facts<string>): ShownInterface[] {
    const numbered = this.names.entries().map(([index, name]) => [Number(index), name] as const);
    if (!answers.has('show interface')) {
      const known = new Set(numbered.map(([, name]) => name));
      for (const [index, name] of hardware.entries()) if (!known.has(name)) numbered.push([Number(index), name]);
      const unnumbered = [...new Set([...this.states.entries().map(([name]) => name)])].filter(
        (name) => !numbered.some(([, one]) => one === name),
      );
      const free = Math.max(-1, ...numbered.map(([index]) => index)) + 1;
      // VPP's own comes first, whatever its place in a list by name.
      const ordered = [
        ...unnumbered.filter((name) => name === 'local0'),
        ...unnumbered.filter((name) => name !== 'local0'),
      ];
      ordered.forEach((name, i) => numbered.push([free + i, name]));
      if (numbered.length > 0)
        this.findings.assume(
          `sw_if_index of interfaces is not shown: taken to be ${unnumbered.length > 0 ? 'in the order of "show interface addr"' : 'that of "show hardware-interfaces"'}`,
        );
    }
    return numbered
      .sort(([a], [b]) => a - b)
      .map(([swIfIndex, name]) => ({
        name,
        swIfIndex,
        isUp: this.states.get(name) ?? true,
        mtu: this.mtus.get(name) ?? null,
      }));
  }
}
