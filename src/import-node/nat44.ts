/**
 * NAT44 of one kind: pools, interfaces, timeouts, as `show nat44 …` or `show nat44 ei …` print them (VPP 19.08 src/plugins/nat/nat44_cli.c,
 * 26.06 src/plugins/nat/nat44-{ed,ei}/*_cli.c).
 */

import { formatAddress } from '../wire/address.js';
import { counted } from '../pipeline/command/suggest.js';
import { choosingLine, type NatMode } from '../pipeline/nat-common/state/nat-mode.js';
import { readSessions } from '../pipeline/nat-common/shown/session-text.js';
import type { ShownTable } from './fib.js';
import type { ShownInterfaces } from './interfaces.js';
import { mappingCommands, readMappings, type ShownMapping } from './nat44-mappings.js';
import { ShownPools } from './nat44-pools.js';
import type { Findings, ShownAnswers } from './shown.js';
import { interfaceTowards } from './route-hints.js';

const INTERFACE = /^\s+(\S+) (output-feature )?(in out|in|out)\s*$/;
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
  private readonly roles: { readonly name: string; readonly isOutput: boolean; readonly role: string }[] = [];
  private readonly pools: ShownPools;
  readonly mappings: readonly ShownMapping[];
  private readonly hasBypass: boolean;
  private readonly externalHosts: number;
  private readonly sessions: number;
  /** Inside addresses of sessions that packets from inside made. */
  private readonly insiders: ReadonlySet<string>;

  /** @param modes the kinds that go by these words in the release */
  constructor(
    private readonly modes: readonly NatMode[],
    private readonly answers: ShownAnswers,
    private readonly shown: ShownInterfaces,
    private readonly fib: readonly ShownTable[],
    private readonly findings: Findings,
  ) {
    this.pools = new ShownPools(this.linesOf('addresses'), this.linesOf('interface address'), shown);
    this.readRoles();
    this.mappings = readMappings(this.linesOf('static mappings'), shown);
    const sessions = answers.to(this.command('sessions')).flatMap((answer) => readSessions(answer));
    this.sessions = sessions.length;
    this.insiders = new Set(
      sessions
        .filter(({ kinds }) => kinds.has('dynamic translation'))
        .map(({ inside }) => formatAddress(inside.address)),
    );
    this.hasBypass = sessions.some(({ kinds }) => kinds.has('forwarding-bypass'));
    this.externalHosts = sessions.filter(({ externalHost }) => externalHost !== null).length;
  }

  private get words(): string {
    return this.modes[0].words;
  }

  /** True where there is anything of it. */
  get isUsed(): boolean {
    return !this.pools.isEmpty || this.roles.length + this.mappings.length + this.sessions > 0;
  }

  /** Addresses that are the node's own because of it. */
  ownAddresses(): string[] {
    return [...this.pools.addresses.map(({ address }) => address), ...this.mappings.map(({ external }) => external)];
  }

  /** What stands before all else where startup.conf has it. */
  startup(): string[] {
    const isSaid = this.findings.startup.some((line) => line.includes('endpoint-dependent'));
    const line = choosingLine(this.mode);
    return this.isUsed && !isSaid && line.startsWith('#') ? [line] : [];
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
      ...this.pools.commands(this.words),
      ...mappingCommands(this.mappings, this.words, this.shown),
      ...this.roleCommands(),
    ];
  }

  describe(): string {
    const { isEndpointDependent, isPlugin } = this.mode;
    const kind = isEndpointDependent ? 'endpoint-dependent' : isPlugin ? 'endpoint-independent' : 'classic';
    const { pools, mappings } = this;
    return `${kind} NAT44 (${pools.addresses.length} in its pools, ${counted(mappings.length, 'mapping')})`;
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
      this.pools.addresses.some(({ isTwice }) => isTwice) ||
      tables.some(({ text }) => ED_TABLE.test(text)) ||
      [...this.answers.linesOf('show errors')].some(({ text }) => text.includes(' nat44-ed-'));
    if (!isEd && this.sessions === 0 && !tables.some(({ text }) => OTHER_TABLE.test(text)))
      this.findings.lacks(this.command('hash tables'), 'whether NAT44 is endpoint-dependent: taken not to be');
    return isEd ? ed : other;
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
    return [`${choosingLine(this.mode)}${limit === undefined ? '' : ` sessions ${limit}`}`];
  }

  /**
   * No command shows it. Signs of it are sessions that pass by NAT44, and sessions of hosts behind an interface that is outside only: their
   * packets came through out2in, which drops what it has no translation for. A packet dropped for want of one is a sign of the contrary.
   */
  private forwards(): boolean {
    const outside = new Set(
      this.roles.filter(({ isOutput, role }) => !isOutput && role === 'out').map(({ name }) => name),
    );
    const towards = interfaceTowards(this.fib, this.shown);
    if (this.hasBypass || [...this.insiders].some((address) => outside.has(towards(address) ?? ''))) return true;
    const isRefused = [...this.answers.linesOf('show errors')].some(
      ({ text }) => Number(REFUSED.exec(text)?.[1] ?? 0) > 0,
    );
    if (!isRefused)
      this.findings.assume(
        `no show command tells whether NAT44 forwards what it has no translation for (API: nat44_forwarding_is_enabled): taken not to; if it does, add "${this.words} forwarding enable"`,
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
    if (isPlugin && isEndpointDependent) lacks('summary', "how many sessions NAT44 takes: VPP's own number");
    else if (this.findings.startup.length === 0)
      this.findings.assume("no show command tells NAT44's limits of users and sessions: taken to be VPP's own");
    const setting = settingWords(this.words);
    lacks('', "NAT44's timeouts: taken to be VPP's own", `show ${setting} timeouts`);
    lacks('', 'whether NAT44 clamps the MSS: taken not to', `show ${setting} mss-clamping`);
    if (this.mappings.some(({ isLoadBalancing }) => isLoadBalancing))
      this.findings.assume('no show command tells the affinity of load-balancing mappings: taken to be none');
  }
}
