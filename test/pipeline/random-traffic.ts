/** Random configurations and traffic for property tests. */

import fc from 'fast-check';
import * as ip4 from '../../src/wire/ip4.js';
import { frameOf, icmpOf, L3, ports, TWO_INTERFACES } from './packets.js';

export const POOL = '192.168.16.10';
export const SERVICE = '10.96.0.10';
export const TWICE = '10.1.254.254';
const ADDRESSES = [
  '10.1.1.1',
  '10.1.1.3',
  '10.1.1.4',
  '192.168.16.1',
  POOL,
  '192.168.16.30',
  '192.168.16.100',
  '8.8.8.8',
  SERVICE,
  SERVICE,
  TWICE,
];

const subset = (...lines: string[]) => fc.subarray(lines);

const natRoles = fc.constantFrom(
  [],
  ['set interface nat44 in pg0', 'set interface nat44 out pg1'],
  ['set interface nat44 out pg1 output-feature'],
  ['set interface nat44 out pg0', 'set interface nat44 out pg1 output-feature'],
  ['set interface nat44 in pg0 out pg0', 'set interface nat44 out pg1'],
  ['set interface nat44 in pg0 output-feature', 'set interface nat44 out pg1 output-feature'],
);

const RULES = [
  'permit+reflect src 10.1.1.0/24 dst 0.0.0.0/0',
  'permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0 proto 17 sport 0-65535 dport 0-60',
  'deny src 8.8.8.8/32 dst 0.0.0.0/0 proto 6 sport 0-65535 dport 0-65535 tcpflags 2 18',
  'permit src 0.0.0.0/0 dst 0.0.0.0/0',
];

const acls = fc
  .tuple(fc.subarray(RULES, { minLength: 1 }), subset('pg0 input', 'pg0 output', 'pg1 input', 'pg1 output'))
  .map(([rules, places]) => [
    `set acl-plugin acl ${rules.join(', ')}`,
    ...places.map((place) => `set acl-plugin interface ${place} acl 0`),
  ]);

/** The part of a mapping's command that says how clients are translated. */
export const twiceNats = fc.constantFrom('', ' twice-nat', ' self-twice-nat');

/** Endpoint-dependent mode's load-balanced mappings and one with a single back end, on pool and service addresses. */
const services = fc
  .array(
    fc.record({
      protocol: fc.constantFrom('tcp', 'udp'),
      external: fc.constantFrom(`${SERVICE}:80`, `${SERVICE}:53`, `${POOL}:1000`),
      backEnds: fc.uniqueArray(fc.constantFrom('10.1.1.3', '10.1.1.4', '10.1.1.5', '192.168.16.100'), {
        minLength: 1,
        maxLength: 4,
      }),
      probability: fc.integer({ min: 1, max: 63 }),
      twiceNat: twiceNats,
      affinity: fc.constantFrom('', ' affinity 1', ' affinity 3600'),
    }),
    { maxLength: 3 },
  )
  .map((list) => [
    `nat44 add address ${TWICE} twice-nat`,
    ...new Map(
      list.map(({ protocol, external, backEnds, probability, twiceNat, affinity }) => {
        const flags = twiceNat + (external.startsWith(SERVICE) ? ' out2in-only' : '');
        const locals = backEnds.map((host, i) => ` local ${host}:8080 probability ${i === 0 ? probability : 1}`);
        const line =
          backEnds.length > 1
            ? `nat44 add load-balancing static mapping protocol ${protocol} external ${external}${locals.join('')}${flags}${affinity}`
            : `nat44 add static mapping ${protocol} local ${backEnds[0]} 8081 external ${external.replace(':', ' ')}${flags}`;
        return [protocol + external, line] as const;
      }),
    ).values(),
  ]);

/** Configurations of both modes with all NAT roles, mappings, services and ACLs. */
export const configs = fc
  .record({
    startup: fc.constantFrom(
      '# startup: nat { max translations per user 3 }',
      '# startup: nat { endpoint-dependent }',
      '# startup: nat { endpoint-dependent max translations per user 3 }',
      '#',
    ),
    services,
    timeouts: subset('set nat timeout udp 1', 'set nat timeout tcp-transitory 1', 'set nat timeout icmp 1'),
    nat: natRoles,
    mappings: subset(
      `nat44 add static mapping tcp local 10.1.1.3 8080 external ${POOL} 80`,
      `nat44 add static mapping udp local 10.1.1.4 53 external ${POOL} 53`,
      'nat44 add static mapping local 10.1.1.4 external 192.168.16.30',
      'nat44 add identity mapping 10.1.1.3 udp 60',
    ),
    options: subset('nat44 forwarding enable', 'nat mss-clamping 1000', 'set interface mtu packet 400 pg1'),
    acls,
  })
  .map(({ startup, services: balanced, timeouts, nat, mappings, options, acls: rules }) => [
    startup,
    ...TWO_INTERFACES,
    `nat44 add address ${POOL}`,
    ...nat,
    ...mappings,
    ...(startup.includes('endpoint') ? balanced : []),
    ...timeouts,
    ...options,
    ...rules,
  ]);

const port = fc.constantFrom(0, 53, 60, 80, 1000, 8080, 16253, 18995, 53893);

/** Frames of all sorts: fragments, cut off, damaged, with all TTLs; most of them sound. */
const frames = fc
  .record({
    source: fc.constantFrom(...ADDRESSES),
    destination: fc.constantFrom(...ADDRESSES),
    protocol: fc.constantFrom(1, 6, 17, 17, 47),
    ttl: fc.constantFrom(0, 1, 2, 64, 64, 64),
    identification: fc.constantFrom(1, 2),
    flagsAndFragment: fc.constantFrom(0, 0, 0, 0, ip4.DONT_FRAGMENT, ip4.MORE_FRAGMENTS, ip4.MORE_FRAGMENTS | 5, 10),
    from: port,
    to: port,
    length: fc.constantFrom(20, 20, 40, 40, 500, 1500, 0, 3, 7, 8, 17),
    quoted: fc.constantFrom(...ADDRESSES),
    flags: fc.constantFrom(2, 2, 2, 18, 16, 17, 4, 20),
    damage: fc.option(fc.record({ at: fc.nat({ max: 60 }), value: fc.nat({ max: 255 }) }), { freq: 6 }),
    on: fc.constantFrom('pg0', 'pg1'),
    pause: fc.constantFrom(0, 0, 0, 1, 3),
  })
  .map(({ from, to, length, quoted, flags, damage, on, pause, ...packet }) => {
    const inner = frameOf({ ...packet, protocol: 17, flagsAndFragment: 0, source: quoted }, ports(from, to, 8)).slice(
      L3,
    );
    const isError = packet.protocol === 1 && to === 80;
    const payload = new Uint8Array(length);
    payload.set(ports(from, to, 20).subarray(0, length));
    if (packet.protocol === 6 && length > 13) payload.set([0x50, flags], 12);
    const rest = Uint8Array.of(from >> 8, from & 255, 0, 0, ...(isError ? inner : payload));
    const frame =
      packet.protocol === 1 ? icmpOf(packet, isError ? 3 : to === 53 ? 0 : 8, 0, rest) : frameOf(packet, payload);
    if (damage && damage.at < frame.length) frame[damage.at] = damage.value;
    return { on, pause, frame };
  });

export const traffic = fc.array(frames, { minLength: 1, maxLength: 40 });
