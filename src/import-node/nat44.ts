/**
 * NAT44 of one kind: pools, interfaces, timeouts, as `show nat44 …` or `show nat44 ei …` print them (VPP 19.08 src/plugins/nat/nat44_cli.c,
 * 26.06 src/plugins/nat/nat44-{ed,ei}/*_cli.c).
 */

import { counted } from '../pipeline/command/suggest.js';
import type { NatMode } from '../pipeline/nat-common/state/nat-mode.js';
import { readSessions } from '../pipeline/nat-common/shown/session-text.js';
import type { ShownInterfaces } from './interfaces.js';
import { mappingCommands, readMappings, type ShownMapping } from './nat44-mappings.js';
import type { Findings, ShownAnswers } from './shown.js';

const ADDRESS = /^\s*(\d+\.\d+\.\d+\.\d+)\s*$/;
const TENANT = /^\s*tenant VRF: (\d+)/;
const SYNCED = /^\s*synced with interface address/;
const TWICE = /^\s*NAT44 twice-nat pool address/;
const INTERFACE = /^\s+(\S+) (output-feature )?(in out|in|out)\s*$/;
const INTERFACE_ADDRESS = /^\s+(\S+?)( twice-nat)?\s*$/;
const TIMEOUT = /^\s*(udp|tcp-established|tcp-transitory|icmp) timeout: (\d+)sec/;
const MSS = /^\s*mss-clamping (\d+)/;
const LIMIT = /^\s*max translations per thread: (\d+) fib 0\b/;
const ALGORITHM = /^\s*NAT address and port: (?!default)(\S+)/;
const VRF_TABLE = /^\s*table (\d+):/;
const VRF_ROUTE = /^\s*\[\d+\] vrf-id (\d+)/;
const REFUSED = /^\s*(\d+)\s+nat44\S*out2in\S*\s+no translation/;
/** Of tables that only endpoint-dependent NAT44 has. */
const ED_TABLE = /Hash table '?(?:in2out-ed|ed-flow-hash)/;
const OTHER_TABLE = /Hash table '?in2out'?\s*$/;

/** VPP's own, in seconds. */
const USUAL_TIMEOUTS: Readonly<Record<string, number>> = {
  udp: 300,
  'tcp-established': 7440,
  'tcp-transitory': 240,
  icmp: 60,
};

interface ShownAddress {
  readonly address: string;
  readonly isTwice: boolean;
  tenantVrf: number | null;
  isSynced: boolean;
}

export const natShows = (words: string): readonly string[] => [
  `show ${words} addresses`,
  `show ${words} interfaces`,
  `show ${words} interface address`,
  `show ${words} static mappings`,
  `show ${words} hash tables`,
  `show ${words} sessions`,
  `show ${words} summary`,
  `show ${words} vrf tables`,
  `show ${words} deterministic mappings`,
  ...['timeouts', 'mss-clamping', 'addr-port-assignment-alg'].map((rest) => `show ${settingWords(words)} ${rest}`),
];

/** What commands about settings call it, where one command is for all kinds. */
const settingWords = (words: string): string => (words === 'nat44' ? 'nat' : words);

export class ShownNat44 {
  private readonly addresses: ShownAddress[] = [];
  private readonly roles: { readonly name: string; readonly isOutput: boolean; readonly role: string }[] = [];
  private readonly interfaceAddresses: { readonly name: string; readonly isTwice: boolean }[] = [];
  readonly mappings: readonly ShownMapping[];
  private readonly hasBypass: boolean;
  private readonly externalHosts: number;
  private readonly sessions: number;

  /** @param modes the kinds that go by these words in the release */
  constructor(
    private readonly modes: readonly NatMode[],
    private readonly answers: ShownAnswers,
    private readonly shown: ShownInterfaces,
    private readonly findings: Findings,
  ) {
    this.readPools();
    this.readRoles();
    this.mappings = readMappings(this.linesOf('static mappings'), shown);
    const sessions = answers.to(this.command('sessions')).flatMap((answer) => readSessions(answer));
    this.sessions = sessions.length;
    this.hasBypass = sessions.some(({ kinds }) => kinds.has('forwarding-bypass'));
    this.externalHosts = sessions.filter(({ externalHost }) => externalHost !== null).length;
  }

  private get words(): string {
    return this.modes[0].words;
  }

  /** True where there is anything of it. */
  get isUsed(): boolean {
    return (
      this.addresses.length +
        this.roles.length +
        this.mappings.length +
        this.interfaceAddresses.length +
        this.sessions >
      0
    );
  }

  /** Addresses that are the node's own because of it. */
  ownAddresses(): string[] {
    return [...this.addresses.map(({ address }) => address), ...this.mappings.map(({ external }) => external)];
  }

  /** What stands before all else where startup.conf has it. */
  startup(): string[] {
    return this.isUsed && !this.mode.isPlugin && this.mode.isEndpointDependent
      ? [`# startup: nat { endpoint-dependent }`]
      : [];
  }

  commands(): string[] {
    if (!this.isUsed) return [];
    this.sayWhatIsMissing();
    const setting = settingWords(this.words);
    return [
      ...this.enabling(),
      ...(this.forwards() ? [`${this.words} forwarding enable`] : []),
      ...this.timeouts(setting),
      ...[...this.settingLines('mss-clamping')]
        .flatMap(({ text }) => MSS.exec(text)?.[1] ?? [])
        .map((mss) => `${setting} mss-clamping ${mss}`),
      ...[...this.settingLines('addr-port-assignment-alg')]
        .flatMap(({ text }) => ALGORITHM.exec(text)?.[1] ?? [])
        .map((name) => `${setting} addr-port-assignment-alg ${name}`),
      ...this.vrfRoutes(),
      ...this.poolCommands(),
      ...mappingCommands(this.mappings, this.words, this.shown),
      ...this.roleCommands(),
    ];
  }

  describe(): string {
    const { isEndpointDependent, isPlugin } = this.mode;
    const kind = isEndpointDependent ? 'endpoint-dependent' : isPlugin ? 'endpoint-independent' : 'classic';
    const { addresses, mappings } = this;
    return `${kind} NAT44 (${addresses.length} in its pools, ${counted(mappings.length, 'mapping')})`;
  }

  private readonly command = (rest: string): string => `show ${this.words} ${rest}`;
  private readonly linesOf = (rest: string) => this.answers.linesOf(this.command(rest));
  private readonly settingLines = (rest: string) => this.answers.linesOf(`show ${settingWords(this.words)} ${rest}`);

  /** Where startup.conf chooses between two kinds, answers tell which it was. */
  private get mode(): NatMode {
    const [ed, other] = [
      this.modes.find((one) => one.isEndpointDependent),
      this.modes.find((one) => !one.isEndpointDependent),
    ];
    if (ed === undefined || other === undefined) return this.modes[0];
    const tables = [...this.linesOf('hash tables')];
    const isEd =
      this.externalHosts > 0 ||
      this.mappings.some(({ isEdOnly }) => isEdOnly) ||
      this.addresses.some(({ isTwice }) => isTwice) ||
      tables.some(({ text }) => ED_TABLE.test(text)) ||
      [...this.answers.linesOf('show errors')].some(({ text }) => text.includes(' nat44-ed-'));
    if (!isEd && this.sessions === 0 && !tables.some(({ text }) => OTHER_TABLE.test(text)))
      this.findings.lacks(this.command('hash tables'), 'whether NAT44 is endpoint-dependent: taken not to be');
    return isEd ? ed : other;
  }

  private readPools(): void {
    let isTwice = false;
    for (const { text } of this.linesOf('addresses')) {
      const [address, tenant, last] = [ADDRESS.exec(text), TENANT.exec(text), this.addresses.at(-1)];
      if (TWICE.test(text)) isTwice = true;
      else if (/^\s*NAT44 pool addresses/.test(text)) isTwice = false;
      else if (address && !this.addresses.some((one) => one.address === address[1] && one.isTwice === isTwice))
        this.addresses.push({ address: address[1], isTwice, tenantVrf: null, isSynced: false });
      else if (last && tenant) last.tenantVrf = Number(tenant[1]);
      else if (last && SYNCED.test(text)) last.isSynced = true;
    }
    isTwice = false;
    for (const line of this.linesOf('interface address')) {
      const one = INTERFACE_ADDRESS.exec(line.text);
      if (/^\s*NAT44 /.test(line.text)) isTwice = TWICE.test(line.text);
      else if (one)
        this.interfaceAddresses.push({
          name: this.shown.requireName(one[1], line),
          isTwice: isTwice || (one[2] as string | undefined) !== undefined,
        });
    }
  }

  private readRoles(): void {
    for (const line of this.linesOf('interfaces')) {
      const one = INTERFACE.exec(line.text);
      if (!one) continue;
      const [, name, output, role] = one;
      const entry = {
        name: this.shown.requireName(name, line),
        isOutput: (output as string | undefined) !== undefined,
        role,
      };
      if (!this.roles.some((other) => JSON.stringify(other) === JSON.stringify(entry))) this.roles.push(entry);
    }
  }

  private enabling(): string[] {
    if (!this.mode.isPlugin) return [];
    const limit = [...this.linesOf('summary')]
      .map(({ text }) => LIMIT.exec(text)?.[1])
      .find((found) => found !== undefined);
    return [`${this.words} plugin enable${limit === undefined ? '' : ` sessions ${limit}`}`];
  }

  /** No command shows it: a session that passes by NAT44 tells that it is enabled, a packet refused for want of one that it is not. */
  private forwards(): boolean {
    if (this.hasBypass) return true;
    const isRefused = [...this.answers.linesOf('show errors')].some(
      ({ text }) => Number(REFUSED.exec(text)?.[1] ?? 0) > 0,
    );
    if (!isRefused)
      this.findings.assume(
        `no show command tells whether NAT44 forwards what has no translation (API: nat44_forwarding_is_enabled): taken not to; if it does, add "${this.words} forwarding enable"`,
      );
    return false;
  }

  private timeouts(setting: string): string[] {
    const lines = new Set<string>();
    for (const { text } of this.settingLines('timeouts')) {
      const [, which = '', seconds = ''] = TIMEOUT.exec(text) ?? [];
      if (which !== '' && Number(seconds) !== USUAL_TIMEOUTS[which])
        lines.add(`set ${setting} timeout ${which} ${seconds}`);
    }
    return [...lines];
  }

  private vrfRoutes(): string[] {
    let table = '';
    return [...this.linesOf('vrf tables')].flatMap(({ text }) => {
      const [head, route] = [VRF_TABLE.exec(text), VRF_ROUTE.exec(text)];
      if (head) return [`${this.words} vrf table add ${(table = head[1])}`];
      return route ? [`${this.words} vrf route add table ${table} ${route[1]}`] : [];
    });
  }

  /** In the pools' order. An address that an interface lends stands for the interface. */
  private poolCommands(): string[] {
    const lines: string[] = [];
    const lent = (name: string, isTwice: boolean): string =>
      `${this.words} add interface address ${name}${isTwice ? ' twice-nat' : ''}`;
    for (const { address, isTwice, tenantVrf, isSynced } of this.addresses) {
      const owner = this.interfaceAddresses.find(
        (one) => one.isTwice === isTwice && this.hasAddress(one.name, address),
      );
      const holder = isSynced && !owner ? this.shown.all.find(({ name }) => this.hasAddress(name, address)) : undefined;
      if (owner ?? holder) lines.push(lent((owner ?? holder)?.name ?? '', isTwice));
      else
        lines.push(
          `${this.words} add address ${address}${tenantVrf === null ? '' : ` tenant-vrf ${tenantVrf}`}${isTwice ? ' twice-nat' : ''}`,
        );
    }
    for (const { name, isTwice } of this.interfaceAddresses) lines.push(lent(name, isTwice));
    return [...new Set(lines)];
  }

  private hasAddress = (name: string, address: string): boolean =>
    (this.shown.addresses.get(name) ?? []).some((prefix) => prefix.startsWith(`${address}/`));

  private roleCommands(): string[] {
    return this.roles.map(({ name, isOutput, role }) => {
      // Plugins know no direction of an output feature and print both.
      const isOut = isOutput && role === 'in out' && this.mode.isPlugin;
      const sides = isOut ? ['out'] : role.split(' ');
      return `set interface ${this.words} ${sides.map((side) => `${side} ${name}`).join(' ')}${isOutput ? ' output-feature' : ''}`;
    });
  }

  private sayWhatIsMissing(): void {
    const lacks = (rest: string, what: string, command = this.command(rest)): void => {
      if (!this.answers.has(command)) this.findings.lacks(command, what);
    };
    lacks('addresses', "addresses of NAT44's pools");
    lacks('interfaces', 'interfaces of NAT44, inside and outside');
    lacks('static mappings', 'static and load-balancing mappings of NAT44');
    const { isPlugin, isEndpointDependent } = this.mode;
    if (isPlugin && isEndpointDependent) lacks('summary', 'how many sessions NAT44 takes');
    else this.findings.assume("no show command tells NAT44's limits of users and sessions: taken to be VPP's own");
    for (const setting of ['timeouts', 'mss-clamping'])
      lacks('', `the ${setting} of NAT44`, `show ${settingWords(this.words)} ${setting}`);
    if (this.mappings.some(({ isLoadBalancing }) => isLoadBalancing))
      this.findings.assume('no show command tells the affinity of load-balancing mappings: taken to be none');
  }
}
