/**
 * IPv6 of interfaces: `show ip6 interface NAME` (VPP 19.08 src/vnet/ip/ip6_neighbor.c show_ip6_interface_cmd, 26.06
 * src/vnet/ip/ip6_link.c, src/vnet/ip6-nd/ip6_ra.c format_ip6_ra).
 */

import { formatMac } from '../wire/address.js';
import { parseIp6 } from '../wire/ip6-address.js';
import type { ShownInterfaces } from './interfaces.js';
import { isPrefix } from './prefixes.js';
import { Facts, type Findings, type ShownAnswers, type ShownLine } from './shown.js';

export const IP6_INTERFACE = { command: 'show ip6 interface', heading: /^(\S+) is admin (?:up|down)\s*$/ };

const ADDRESS = /^\s+(\S+\/\d+)\s*$/;
const LINK_LOCAL = /^\s+(fe80:\S+)\s*$/;
const PREFIX = /^\s+prefix (\S+),\s+length (\d+)\s*$/;
const INTERVAL = /^\s+ND router advertisements are sent every (\d+)(?:\.\d+)? seconds \(min interval is (\d+)/;
const LIFETIME = /^\s+ND router advertisements live for (\d+) seconds/;
const MANAGED = /^\s+Hosts use stateless autoconfig/;
const SENT = /^\s+ND router advertisements sent (\d+)/;

/** VPP 19.08 src/vnet/ip/ip6_neighbor.c, DEF_MAX_RADV_INTERVAL and what follows from it. */
const USUAL_TIMES = ' ra-interval 200 150 ra-lifetime 600';

export class ShownIp6Interfaces {
  private readonly linkLocals = new Facts<string>((name) => `the link-local address of ${name}`);
  /** What routers advertise, by interface: what follows `ip6 nd INTERFACE`. */
  private readonly routers = new Map<string, string[]>();

  constructor(
    answers: ShownAnswers,
    private readonly shown: ShownInterfaces,
    private readonly findings: Findings,
  ) {
    const hasAddresses = answers.has('show interface address');
    let [name, times] = ['', ''];
    for (const line of answers.linesOf(IP6_INTERFACE.command)) {
      const owner = IP6_INTERFACE.heading.exec(line.text)?.[1];
      if (owner !== undefined) {
        name = shown.requireName(owner, line);
        this.routers.set(name, []);
      }
      const router = this.routers.get(name);
      if (!router) continue;
      const [address, linkLocal, prefix, interval, lifetime, sent] = FORMS.map((form) => form.exec(line.text));
      if (address && !hasAddresses) this.addAddress(name, address[1], line);
      if (linkLocal) this.addLinkLocal(name, linkLocal[1], line);
      if (prefix) router.push(`prefix ${prefix[1]}/${prefix[2]} default`);
      if (interval) times = ` ra-interval ${interval[1]} ${interval[2]}`;
      if (lifetime && (times += ` ra-lifetime ${lifetime[1]}`) !== USUAL_TIMES) router.push(times.trim());
      if (MANAGED.test(line.text)) router.push('ra-managed-config-flag');
      if (sent) router.push(sent[1] === '0' ? 'ra-suppress' : 'no ra-suppress');
    }
  }

  has = (name: string): boolean => this.routers.has(name);

  /** After addresses and MACs are set. */
  commands(): string[] {
    const router = [...this.routers].flatMap(([name, options]) => options.map((option) => `ip6 nd ${name} ${option}`));
    if (router.length > 0)
      this.findings.assume(
        'no show command tells whether VPP advertises itself as a router (taken to do so where it has), nor all that it advertises',
      );
    return [
      ...this.linkLocals
        .entries()
        .flatMap(([name, address]) => [
          ...(this.shown.addresses.get(name)?.some((own) => own.includes(':')) ? [] : [`enable ip6 interface ${name}`]),
          ...(macIn(address) === this.shown.macs.get(this.shown.ownerOf(name))
            ? []
            : [`set ip6 link-local address ${name} ${address}`]),
        ]),
      ...router,
    ];
  }

  private addAddress(name: string, prefix: string, line: ShownLine): void {
    if (!isPrefix(prefix)) line.refuse(`${prefix} is no address with the length of its prefix`);
    const known = this.shown.addresses.get(name) ?? [];
    if (!known.includes(prefix)) this.shown.addresses.set(name, [...known, prefix]);
  }

  /** An interface that nobody set another address on has one that follows from its MAC. */
  private addLinkLocal(name: string, address: string, line: ShownLine): void {
    const owner = this.shown.ownerOf(name);
    const mac = macIn(address);
    this.linkLocals.add(name, address, line);
    if (mac !== null && this.shown.macs.get(owner) === undefined) this.shown.macs.add(owner, mac, line);
  }
}

const FORMS = [ADDRESS, LINK_LOCAL, PREFIX, INTERVAL, LIFETIME, SENT];

/** The MAC that an interface identifier is made of, or null. RFC 4291 appendix A. */
function macIn(address: string): string | null {
  const [, , third, fourth] = parseIp6(address) ?? [0, 0, 0, 0];
  if ((third & 0xff) !== 0xff || fourth >>> 24 !== 0xfe) return null;
  return formatMac({ high: (third >>> 16) ^ 0x0200, low: (((third & 0xff00) << 16) | (fourth & 0xffffff)) >>> 0 });
}
