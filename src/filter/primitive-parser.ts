/** Primitives of a filter: qualifiers and an id. An id alone has the qualifiers of the primitive before it. */

import { maskOf, parseAddress, parseMac } from '../wire/address.js';
import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import { maskWord, parseIp6 } from '../wire/ip6-address.js';
import { Primitives, PROTOCOL_SCTP, TYPE_RARP, type Direction, type FrameTest } from './primitives.js';
import { relationFollows, RelationParser } from './expressions.js';
import { FilterError, KEYWORDS, type FilterTokens } from './tokens.js';

const ETHER_TYPES: Readonly<Record<string, number>> = {
  ip: ethernet.TYPE_IP4,
  arp: ethernet.TYPE_ARP,
  rarp: TYPE_RARP,
  ip6: ethernet.TYPE_IP6,
};
const IP_PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: ip4.PROTOCOL_TCP,
  udp: ip4.PROTOCOL_UDP,
  icmp6: 58,
  sctp: PROTOCOL_SCTP,
};
const IP4_ONLY = ['icmp', 'igmp'];
const WITH_PORTS = [ip4.PROTOCOL_TCP, ip4.PROTOCOL_UDP, PROTOCOL_SCTP];
const PORT_NAMES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  ntp: 123,
  snmp: 161,
  https: 443,
};
const TAG_BYTES = 4;
const TYPES = ['host', 'net', 'port', 'portrange', 'proto'];
const PROTOCOLS = ['ether', ...Object.keys(ETHER_TYPES), ...Object.keys(IP_PROTOCOLS)];

interface Qualifiers {
  readonly protocol: string | null;
  readonly direction: Direction;
  readonly type: string;
}

export class PrimitiveParser {
  private shift = 0;
  private last: Qualifiers | null = null;

  constructor(private readonly tokens: FilterTokens) {}

  /** A relation of numbers where one begins, else null. */
  relation(): FrameTest | null {
    if (!relationFollows(this.tokens, PROTOCOLS)) return null;
    return new RelationParser(this.tokens, new Primitives(this.shift)).parse();
  }

  parse(): FrameTest {
    const { tokens } = this;
    const primitives = new Primitives(this.shift);
    if (tokens.take('vlan')) return this.vlan(primitives);
    if (tokens.take('less')) return primitives.length(0, this.number('a length in bytes', 0xffffffff));
    if (tokens.take('greater')) return primitives.length(this.number('a length in bytes', 0xffffffff), Infinity);
    if (tokens.take('broadcast')) return primitives.etherHost(0xffff, 0xffffffff, 'dst');
    if (tokens.take('multicast')) return primitives.etherMulticast;
    const protocol = PROTOCOLS.find((name) => tokens.take(name)) ?? null;
    if (protocol === 'ether' && tokens.take('broadcast')) return primitives.etherHost(0xffff, 0xffffffff, 'dst');
    if (protocol === 'ether' && tokens.take('multicast')) return primitives.etherMulticast;
    if ((protocol === 'ip' || protocol === 'ip6') && tokens.take('multicast'))
      return primitives.multicast(protocol === 'ip6');
    const direction = this.direction();
    const type = TYPES.find((name) => tokens.take(name)) ?? null;
    if (protocol === null && direction === null && type === null) {
      if (this.last === null || tokens.isAtEnd() || KEYWORDS.includes(tokens.peek()) || /^[()!&|]/.test(tokens.peek()))
        throw tokens.unexpected('a primitive such as "host 10.1.1.3" or "tcp port 80"');
      return this.withId(primitives, this.last);
    }
    if (direction === null && type === null && protocol !== null && !this.idFollows())
      return this.protocolAlone(primitives, protocol);
    this.last = { protocol, direction: direction ?? 'src or dst', type: type ?? 'host' };
    return this.withId(primitives, this.last);
  }

  /** Behind a protocol: an address, where none of the words that may follow is one. */
  private idFollows(): boolean {
    const word = this.tokens.peek();
    return !this.tokens.isAtEnd() && /^(?:[0-9a-f]+\.|[0-9a-f]*:)/i.test(word);
  }

  private direction(): Direction | null {
    const { tokens } = this;
    const first = (['src', 'dst'] as const).find((name) => tokens.take(name));
    if (first === undefined) return null;
    const other = first === 'src' ? 'dst' : 'src';
    const joined = tokens.peek();
    if ((joined !== 'or' && joined !== 'and') || tokens.peek(1) !== other) return first;
    // `src host a or dst host b` has its type between; here the two directions stand side by side.
    tokens.word();
    tokens.word();
    return `src ${joined} dst`;
  }

  private vlan(primitives: Primitives): FrameTest {
    const id = /^\d+$/.test(this.tokens.peek()) ? this.number('a VLAN id', 0xfff) : null;
    this.shift += TAG_BYTES;
    return primitives.vlan(id);
  }

  private protocolAlone(primitives: Primitives, protocol: string): FrameTest {
    if (protocol === 'ether') throw this.tokens.unexpected('"host", "src", "dst" or "proto" behind "ether"');
    if (protocol in ETHER_TYPES) return primitives.etherType(ETHER_TYPES[protocol]);
    return primitives.protocol(IP_PROTOCOLS[protocol], protocol !== 'icmp6', !IP4_ONLY.includes(protocol));
  }

  private withId(primitives: Primitives, { protocol, direction, type }: Qualifiers): FrameTest {
    if (type === 'port' || type === 'portrange')
      return this.ports(primitives, protocol, direction, type === 'portrange');
    if (type === 'proto') return this.protocolById(primitives, protocol);
    if (protocol === 'ether') return this.etherHost(primitives, direction);
    return this.address(primitives, protocol, direction, type === 'net');
  }

  private etherHost(primitives: Primitives, direction: Direction): FrameTest {
    const mac = parseMac(this.tokens.peek());
    if (!mac) throw this.tokens.unexpected('a MAC address');
    this.tokens.word();
    return primitives.etherHost(mac.high, mac.low, direction);
  }

  private address(primitives: Primitives, protocol: string | null, direction: Direction, isNet: boolean): FrameTest {
    const [text, prefix] = this.tokens.peek().split('/') as [string, string?];
    const isIp6 = text.includes(':');
    if (protocol !== null && ![isIp6 ? 'ip6' : 'ip', ...(isIp6 ? [] : ['arp', 'rarp'])].includes(protocol))
      throw new FilterError(
        `"${protocol}" in the filter: has no ${isIp6 ? 'IPv6 addresses' : 'addresses of its own'}; use "${protocol} and host"`,
      );
    if (isIp6) return this.address6(primitives, direction, isNet, text, prefix);
    const types = protocol === null ? [ethernet.TYPE_IP4, ethernet.TYPE_ARP, TYPE_RARP] : [ETHER_TYPES[protocol]];
    const octets = text.split('.').length;
    const address = parseAddress(isNet ? text + '.0'.repeat(Math.max(0, 4 - octets)) : text);
    if (address === null) throw this.tokens.unexpected(isNet ? 'a network such as 10.1.0.0/16' : 'an address');
    this.tokens.word();
    let mask = isNet ? maskOf(octets * 8) : -1;
    if (prefix !== undefined) mask = maskOf(prefixLengthOf(text, prefix, 32));
    else if (isNet && this.tokens.take('mask')) {
      const given = parseAddress(this.tokens.peek());
      if (given === null) throw this.tokens.unexpected('a network mask such as 255.255.0.0');
      this.tokens.word();
      mask = given;
    }
    if ((address & mask) !== address) throw new FilterError(`"${text}" in the filter: has bits set outside its mask`);
    return primitives.net(address, mask, direction, types);
  }

  private address6(
    primitives: Primitives,
    direction: Direction,
    isNet: boolean,
    text: string,
    prefix: string | undefined,
  ): FrameTest {
    const words = parseIp6(text);
    if (words === null) throw this.tokens.unexpected(isNet ? 'a network such as 2001:db8::/32' : 'an address');
    this.tokens.word();
    const length = prefix === undefined ? 128 : prefixLengthOf(text, prefix, 128);
    if (!isNet && length !== 128)
      throw new FilterError(`"${text}/${length}" in the filter: a prefix is that of a network: use "net"`);
    if (words.some((word, i) => (word & ~maskWord(length, i)) !== 0))
      throw new FilterError(`"${text}" in the filter: has bits set outside its mask`);
    return primitives.net6(words, length, direction);
  }

  private ports(primitives: Primitives, protocol: string | null, direction: Direction, isRange: boolean): FrameTest {
    const number = protocol === null ? null : IP_PROTOCOLS[protocol];
    const protocols = number === null ? WITH_PORTS : [number];
    if (protocols.some((each) => !WITH_PORTS.includes(each)))
      throw new FilterError(`"${protocol ?? ''}" in the filter: has no ports`);
    const parts = this.tokens.peek().split('-');
    if (isRange ? parts.length !== 2 : parts.length !== 1 && !(this.tokens.peek() in PORT_NAMES))
      throw this.tokens.unexpected(isRange ? 'a range of ports such as 1000-2000' : 'a port number');
    const [first, last = first] = parts.map((part) => this.port(part));
    this.tokens.word();
    return primitives.ports(Math.min(first, last), Math.max(first, last), direction, protocols);
  }

  private port(text: string): number {
    const port = /^\d+$/.test(text) ? Number(text) : (PORT_NAMES[text] ?? -1);
    if (port < 0 || port > 0xffff) throw this.tokens.unexpected('a port number from 0 to 65535');
    return port;
  }

  private protocolById(primitives: Primitives, protocol: string | null): FrameTest {
    const word = this.tokens.peek().replace(/^\\/, '');
    const byName = protocol === 'ether' ? ETHER_TYPES : IP_PROTOCOLS;
    const number = Object.hasOwn(byName, word) ? byName[word] : Number(word);
    if (!Number.isInteger(number) || number < 0 || number > (protocol === 'ether' ? 0xffff : 255))
      throw this.tokens.unexpected('a protocol number');
    this.tokens.word();
    if (protocol === 'ether') return primitives.etherType(number);
    if (protocol !== null && protocol !== 'ip' && protocol !== 'ip6')
      throw new FilterError(`"${protocol} proto" in the filter: use "ip proto" or "ip6 proto"`);
    return primitives.protocol(number, protocol !== 'ip6', protocol !== 'ip');
  }

  private number(what: string, largest: number): number {
    const word = this.tokens.peek();
    if (!/^\d+$/.test(word) || Number(word) > largest) throw this.tokens.unexpected(what);
    this.tokens.word();
    return Number(word);
  }
}

function prefixLengthOf(address: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most)
    throw new FilterError(`"${address}/${text}" in the filter: expected a prefix length from 0 to ${most}`);
  return Number(text);
}
