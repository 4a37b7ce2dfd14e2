/** ACLs: `show acl-plugin acl` and `show acl-plugin interface` (VPP 19.08 src/plugins/acl/acl.c). */

import type { ShownInterfaces } from './interfaces.js';
import { Facts, indexIn, type Findings, type ShownAnswers, type ShownLine } from './shown.js';

const ACL = /^\s*acl-index (\d+) count (\d+) tag \{(.*)\}/;
const RULE =
  /^\s*\d+: ipv[46] (permit\+reflect|permit|deny) src (\S+) dst (\S+) proto (\d+) sport (\d+)(?:-(\d+))? dport (\d+)(?:-(\d+))?(?: tcpflags (\d+) mask (\d+))?\s*$/;
const ANY_RULE = /^\s*\d+: /;
const APPLIED = /^\s*applied (in|out)bound on sw_if_index:([\d, ]*)$/;
const INTERFACE = /^\s*sw_if_index (\d+):/;
const ATTACHED = /^\s*(input|output) acl\(s\):([\d, ]*)$/;
const WHITELIST = /^\s*(input|output) etype whitelist:/;

type Direction = 'input' | 'output';
const DIRECTIONS: readonly Direction[] = ['input', 'output'];

/** VPP takes no other characters in one word. */
const TAG = /^[^\s,{}"]+$/;
/** Matches no packet. */
const NO_PACKET = 'deny src 255.255.255.255/32 dst 255.255.255.255/32';
const ANY_PORT = '0-65535';

interface ShownAcl {
  readonly tag: string;
  readonly rules: readonly string[];
}

const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);

export class ShownAcls {
  private readonly acls = new Facts<ShownAcl>(
    (index) => `ACL ${index}`,
    ({ rules }) => rules.join(', '),
  );
  /** ACLs in their order, by `1 input`. */
  private readonly attached = new Facts<readonly number[]>(
    (key) => `the list of ACLs of sw_if_index ${key}`,
    (list) => list.join(', '),
  );
  /** Interfaces by `0 input`, as the ACLs themselves tell. */
  private readonly appliedOn = new Facts<readonly number[]>(
    (key) => `the list of interfaces of ACL ${key}`,
    (list) => list.join(', '),
  );

  constructor(
    private readonly answers: ShownAnswers,
    private readonly shown: ShownInterfaces,
    private readonly findings: Findings,
  ) {
    this.readAcls();
    this.readInterfaces();
    this.check();
  }

  get count(): number {
    return this.acls.entries().length;
  }

  /** One command an ACL; where an index is free, an ACL that matches nothing keeps it. */
  commands(): string[] {
    const lines: string[] = [];
    const all = this.acls
      .entries()
      .map(([index, acl]) => [Number(index), acl] as const)
      .sort(([a], [b]) => a - b);
    for (const [index, { tag, rules }] of all) {
      for (let free = lines.length; free < index; free = lines.length)
        lines.push(`set acl-plugin acl tag free-${free} ${NO_PACKET}`);
      const name = TAG.test(tag) ? `tag ${tag} ` : '';
      lines.push(`set acl-plugin acl ${name}${rules.length === 0 ? NO_PACKET : rules.join(', ')}`);
    }
    return [...lines, ...this.attachments()];
  }

  private attachments(): string[] {
    return this.shown.all.flatMap(({ name, swIfIndex }) =>
      DIRECTIONS.flatMap((direction) =>
        this.listOf(swIfIndex, direction).map((acl) => `set acl-plugin interface ${name} ${direction} acl ${acl}`),
      ),
    );
  }

  private listOf(swIfIndex: number, direction: Direction): readonly number[] {
    if (this.answers.has('show acl-plugin interface')) return this.attached.get(`${swIfIndex} ${direction}`) ?? [];
    const list = this.acls
      .entries()
      .filter(([index]) => this.appliedOn.get(`${index} ${direction}`)?.includes(swIfIndex))
      .map(([index]) => Number(index));
    if (list.length > 1)
      this.findings.lacks(
        'show acl-plugin interface',
        `the order of the ACLs of ${this.shown.byIndex(swIfIndex)?.name ?? ''}`,
      );
    return list;
  }

  private readAcls(): void {
    let open: { index: string; tag: string; rules: string[]; line: ShownLine } | null = null;
    const close = (): void => {
      if (open) this.acls.add(open.index, { tag: open.tag, rules: open.rules }, open.line);
      open = null;
    };
    for (const line of this.answers.linesOf('show acl-plugin acl')) {
      const [acl, applied] = [ACL.exec(line.text), APPLIED.exec(line.text)];
      if (acl) {
        close();
        open = { index: indexIn(line, 'ACL', acl[1]), tag: acl[3], rules: [], line };
      } else if (open && applied) this.appliedOn.add(`${open.index} ${applied[1]}put`, numbers(applied[2]), line);
      else if (open && ANY_RULE.test(line.text)) open.rules.push(ruleOf(line));
    }
    close();
  }

  private readInterfaces(): void {
    let swIfIndex = '';
    for (const line of this.answers.linesOf('show acl-plugin interface')) {
      const [owner, list, whitelist] = [INTERFACE, ATTACHED, WHITELIST].map((form) => form.exec(line.text));
      if (owner) swIfIndex = owner[1];
      if (list) this.attached.add(`${swIfIndex} ${list[1]}`, numbers(list[2]), line);
      if (whitelist) this.findings.assume(`${line.place}: EtherType whitelists are not modelled: left out`);
    }
  }

  private check(): void {
    for (const [key, list, line] of this.attached.entries()) {
      this.shown.require(Number(key.split(' ')[0]), line);
      if (!this.answers.has('show acl-plugin acl')) continue;
      const unknown = list.find((acl) => this.acls.get(String(acl)) === undefined);
      if (unknown !== undefined) line.refuse(`no answer to "show acl-plugin acl" has ACL ${unknown}`);
    }
    for (const [key, list, line] of this.appliedOn.entries()) {
      const [acl, direction] = key.split(' ');
      for (const swIfIndex of list) {
        this.shown.require(swIfIndex, line);
        const known = this.attached.lineOf(`${swIfIndex} ${direction}`);
        if (this.attached.get(`${swIfIndex} ${direction}`)?.includes(Number(acl)) === false)
          line.refuse(
            `ACL ${acl} is applied to ${direction} of sw_if_index ${swIfIndex} here and not in ${known?.place ?? ''}`,
          );
      }
    }
  }
}

/** Throws ConfigError for a rule that cannot be read. */
function ruleOf(line: ShownLine): string {
  const rule = RULE.exec(line.text) ?? line.refuse('no ACL rule can be read here');
  const [
    ,
    action,
    source,
    destination,
    protocol,
    sportFirst,
    sportLast = sportFirst,
    dportFirst,
    dportLast = dportFirst,
    flags,
    mask,
  ] = rule;
  const words = [`${action} src ${source} dst ${destination}`];
  const [sport, dport] = [`${sportFirst}-${sportLast}`, `${dportFirst}-${dportLast}`];
  if (protocol !== '0') words.push(`proto ${protocol}`);
  // Of any protocol VPP looks at no ports.
  if (protocol !== '0' && (sport !== ANY_PORT || dport !== ANY_PORT)) words.push(`sport ${sport} dport ${dport}`);
  if ((flags as string | undefined) !== undefined) words.push(`tcpflags ${flags} mask ${mask}`);
  return words.join(' ');
}
