/** Bridge domains and their MAC tables: `show bridge-domain ID detail`, `show l2fib verbose` (VPP 19.08 src/vnet/l2/{l2_bd,l2_fib}.c). */

import type { ShownInterfaces } from './interfaces.js';
import { Facts, type Findings, type ShownAnswers, type ShownLine } from './shown.js';

const HEADING = /^\s*BD-ID\s+Index\s/;
/** `Interface If-idx ISN SHG BVI TxFlood VLAN-Tag-Rewrite` */
const PORT = /^\s*(\S+)\s+\d+\s+\d+\s+(\d+)\s+([*-]|uu)\s+[*-]\s+(\S.*?)\s*$/;
const ARP_ENTRY = /^\s*(\S+) => ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s*$/i;
/** `Mac-Address BD-Idx If-Idx BSN-ISN Age(min) static filter bvi Interface-Name` */
const MAC =
  /^\s*((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s+(\d+)\s+-?\d+\s+\d+\/\d+\s+(\S+)\s+([*-])\s+([*-])\s+([*-])\s+(\S+)\s*$/i;

/** Columns that an option of `create bridge-domain` sets, with what stands there without it. */
const SWITCHES = [
  ['Learning', 'learn', true],
  ['U-Forwrd', 'forward', true],
  ['UU-Flood', 'uu-flood', true],
  ['Flooding', 'flood', true],
  ['ARP-Term', 'arp-term', false],
  ['arp-ufwd', 'arp-ufwd', false],
] as const;

interface ShownDomain {
  readonly index: number;
  readonly options: string;
}

interface ShownPort {
  readonly domain: number;
  readonly splitHorizonGroup: number;
  readonly isBvi: boolean;
}

export class ShownBridges {
  private readonly domains = new Facts<ShownDomain>(
    (id) => `bridge domain ${id}`,
    ({ options }) => `"${options.trim()}"`,
  );
  /** In the order of their domains' floods. */
  private readonly ports = new Facts<ShownPort>(
    (name) => `the bridge domain of ${name}`,
    ({ domain }) => String(domain),
  );
  private readonly others: string[] = [];

  constructor(
    private readonly answers: ShownAnswers,
    private readonly shown: ShownInterfaces,
    private readonly findings: Findings,
  ) {
    this.readDomains();
    for (const [name, { id, index, splitHorizonGroup, isBvi }, line] of shown.bridges.entries()) {
      if (this.domains.get(String(id)) === undefined) {
        this.domains.add(String(id), { index, options: '' }, line);
        findings.lacks(
          `show bridge-domain ${id} detail`,
          `whether bridge domain ${id} learns, forwards and floods, and the order of its ports`,
        );
      }
      this.ports.add(name, { domain: id, splitHorizonGroup, isBvi }, line);
    }
  }

  get count(): number {
    return this.domains.entries().length;
  }

  commands(): string[] {
    const domains = this.domains.entries().sort(([, a], [, b]) => a.index - b.index);
    if (domains.length > 0 && !this.answers.has('show l2fib'))
      this.findings.lacks('show l2fib verbose', 'static entries of MAC tables');
    const ports = this.ports.entries();
    const bvisFirst = [...ports.filter(([, { isBvi }]) => isBvi), ...ports.filter(([, { isBvi }]) => !isBvi)];
    return [
      ...domains.map(([id, { options }]) => `create bridge-domain ${id}${options}`),
      ...bvisFirst.map(
        ([name, { domain, splitHorizonGroup, isBvi }]) =>
          `set interface l2 bridge ${name} ${domain}${isBvi ? ' bvi' : ''}${splitHorizonGroup === 0 ? '' : ` ${splitHorizonGroup}`}`,
      ),
      ...this.others,
      ...this.macCommands(),
    ];
  }

  private readDomains(): void {
    let titles: readonly string[] = [];
    let id = -1;
    for (const line of this.answers.linesOf('show bridge-domain')) {
      const words = line.text.trim().split(/\s+/);
      const port = PORT.exec(line.text);
      const entry = ARP_ENTRY.exec(line.text);
      if (HEADING.test(line.text)) titles = words;
      else if (titles.length > 0 && words.length === titles.length && /^\d+$/.test(words[0])) {
        id = Number(words[0]);
        this.readDomain(new Map(titles.map((title, i) => [title, words[i]])), line);
      } else if (port && id >= 0) this.readPort(port, id, line);
      else if (entry && id >= 0) this.others.push(`set bridge-domain arp entry ${id} ${entry[1]} ${entry[2]}`);
    }
  }

  private readDomain(cells: ReadonlyMap<string, string>, line: ShownLine): void {
    const options = SWITCHES.flatMap(([title, option, usual]) => {
      const cell = cells.get(title);
      if (cell === undefined) return [];
      const isOn = cell !== 'off' && cell !== 'drop';
      return isOn === usual ? [] : [` ${option} ${isOn ? 1 : 0}`];
    });
    const age = cells.get('Age(min)') ?? 'off';
    if (age !== 'off') options.push(` mac-age ${age}`);
    this.domains.add(cells.get('BD-ID') ?? '', { index: Number(cells.get('Index')), options: options.join('') }, line);
  }

  private readPort([, name, group, kind, rewrite]: RegExpExecArray, domain: number, line: ShownLine): void {
    this.shown.requireName(name, line);
    if (kind === 'uu') this.others.push(`set interface l2 bridge ${name} ${domain} uu-fwd`);
    else this.ports.add(name, { domain, splitHorizonGroup: Number(group), isBvi: kind === '*' }, line);
    if (rewrite.toLowerCase() !== 'none')
      this.others.push(`set interface l2 tag-rewrite ${name} ${rewriteWords(rewrite)}`);
  }

  /** Learned entries are state; a BVI has its own by itself. */
  private macCommands(): string[] {
    const ids = new Map(this.domains.entries().map(([id, { index }]) => [index, id]));
    const lines: string[] = [];
    for (const line of this.answers.linesOf('show l2fib')) {
      const entry = MAC.exec(line.text);
      if (!entry) continue;
      const [, mac, index, age, isStatic, isFilter, isBvi, name] = entry;
      if (age !== 'no' || isBvi === '*') continue;
      const id = ids.get(Number(index)) ?? line.refuse(`no answer has a bridge domain with index ${index}`);
      if (isFilter !== '*') this.shown.requireName(name, line);
      lines.push(
        `l2fib add ${mac.toLowerCase()} ${id} ${isFilter === '*' ? 'filter' : `${name}${isStatic === '*' ? ' static' : ''}`}`,
      );
    }
    return lines;
  }
}

/** `push-1 dot1q 100` is `push dot1q 100` of the command, `trans-1-2 …` `translate 1-2 …`, `pop-1` `pop 1`. */
const rewriteWords = (shown: string): string =>
  shown
    .replace(/^push-\d/, 'push')
    .replace(/^trans-/, 'translate ')
    .replace(/^pop-/, 'pop ');
