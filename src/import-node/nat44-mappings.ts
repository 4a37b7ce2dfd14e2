/** NAT44's mappings as `show nat44 [ei] static mappings` prints them (VPP 19.08 src/plugins/nat/nat_format.c format_snat_static_mapping). */

import type { ShownInterfaces } from './interfaces.js';
import type { ShownLine } from './shown.js';

export interface ShownMapping {
  readonly kind: 'static' | 'identity' | 'load-balancing';
  /** Null for addresses only. */
  readonly protocol: string | null;
  readonly local: string;
  readonly localPort: string;
  /** An address, or the interface whose address it is. */
  readonly external: string;
  readonly externalPort: string;
  readonly vrfs: readonly number[];
  readonly flags: string;
  readonly backEnds: string[];
  readonly isLoadBalancing: boolean;
  /** Endpoint-dependent NAT44 alone has such. */
  readonly isEdOnly: boolean;
}

const PROTOCOL = '(udp|tcp|icmp)';
const ADDRESS = '(\\d+\\.\\d+\\.\\d+\\.\\d+)';
const FLAGS = '((?:\\s*(?:self-twice-nat|twice-nat|out2in-only))*)';
const STATIC = new RegExp(
  `^\\s*(?:${PROTOCOL} )?local ${ADDRESS}(?::(\\d+))? external (\\S+?)(?::(\\d+))? vrf (-?\\d+)${FLAGS}\\s*$`,
  'i',
);
const SERVICE = new RegExp(`^\\s*${PROTOCOL} external ${ADDRESS}:(\\d+)${FLAGS}\\s*$`, 'i');
const BACK_END = new RegExp(`^\\s*local ${ADDRESS}:(\\d+) vrf (\\d+) probability (\\d+)%?\\s*$`);
const IDENTITY = new RegExp(
  `^\\s*identity mapping (?:${PROTOCOL} )?${ADDRESS}(?::(\\d+))?((?: vrf -?\\d+)*)\\s*$`,
  'i',
);
const HEADING = /^\s*NAT44 static mappings/;

/** VPP prints it where the address of an identity mapping is that of an interface. */
const NO_ADDRESS = '0.0.0.0';

const lower = (protocol: string | undefined): string | null => protocol?.toLowerCase() ?? null;

/** Each once, in VPP's order. Throws ConfigError for a line that cannot be read. */
export function readMappings(lines: Iterable<ShownLine>, shown: ShownInterfaces): ShownMapping[] {
  const mappings: ShownMapping[] = [];
  const add = (mapping: Omit<ShownMapping, 'backEnds' | 'isLoadBalancing' | 'isEdOnly'>): void => {
    const isLoadBalancing = mapping.kind === 'load-balancing';
    mappings.push({ ...mapping, backEnds: [], isLoadBalancing, isEdOnly: isLoadBalancing || mapping.flags !== '' });
  };
  for (const line of lines) {
    const [own, service, backEnd, identity] = [STATIC, SERVICE, BACK_END, IDENTITY].map((form) => form.exec(line.text));
    if (backEnd) {
      const [, address, port, vrf, probability] = backEnd;
      const to = mappings.at(-1) ?? line.refuse('a back end before the mapping that it is of');
      to.backEnds.push(`local ${address}:${port}${vrf === '0' ? '' : ` vrf ${vrf}`} probability ${probability}`);
    } else if (own) {
      const [, protocol, local, localPort = '', external, externalPort = '', vrf, flags] = own as (
        string | undefined
      )[] as string[];
      if (!/^\d+\.\d+\.\d+\.\d+$/.test(external)) shown.requireName(external, line);
      add({
        kind: local === NO_ADDRESS ? 'identity' : 'static',
        protocol: lower(protocol),
        local,
        localPort,
        external,
        externalPort,
        vrfs: [Number(vrf)],
        flags: flags.trim(),
      });
    } else if (service) {
      const [, protocol, external, externalPort, flags] = service;
      add({
        kind: 'load-balancing',
        protocol: lower(protocol),
        local: '',
        localPort: '',
        external,
        externalPort,
        vrfs: [0],
        flags: flags.trim(),
      });
    } else if (identity) {
      const [, protocol, external, port = '', vrfs] = identity as (string | undefined)[] as string[];
      add({
        kind: 'identity',
        protocol: lower(protocol),
        local: external,
        localPort: port,
        external,
        externalPort: port,
        vrfs: (vrfs.match(/-?\d+/g) ?? ['0']).map(Number),
        flags: '',
      });
    } else if (line.text.trim() !== '' && !HEADING.test(line.text)) line.refuse('no NAT44 mapping can be read here');
  }
  return withoutRepetitions(mappings);
}

const withoutRepetitions = (mappings: readonly ShownMapping[]): ShownMapping[] => [
  ...new Map(mappings.map((one) => [JSON.stringify(one), one])).values(),
];

/** @param words `nat44`, `nat44 ei` */
export function mappingCommands(mappings: readonly ShownMapping[], words: string, shown: ShownInterfaces): string[] {
  const ofInterfaces = mappings.filter(({ external }) => shown.byName(external) !== undefined);
  // VPP lists what became of a mapping to an interface as well, once that has an address.
  const sourceOf = (mapping: ShownMapping): ShownMapping | undefined =>
    ofInterfaces.find(
      (one) =>
        one.protocol === mapping.protocol &&
        one.externalPort === mapping.externalPort &&
        (one.local === mapping.local || (one.kind === 'identity' && mapping.kind === 'identity')) &&
        (shown.addresses.get(one.external) ?? []).some((prefix) => prefix.startsWith(`${mapping.external}/`)),
    );
  const ordered = new Set(mappings.map((mapping) => sourceOf(mapping) ?? mapping));
  return [...ordered].flatMap((mapping) => commandsOf(mapping, words, shown));
}

function commandsOf(mapping: ShownMapping, words: string, shown: ShownInterfaces): string[] {
  const { kind, protocol, local, localPort, external, externalPort, vrfs, flags, backEnds } = mapping;
  const suffix = flags === '' ? '' : ` ${flags.replace(/\s+/g, ' ')}`;
  const port = (of: string): string => (protocol === null || of === '' ? '' : ` ${of}`);
  const vrfText = (vrf: number): string => (vrf <= 0 ? '' : ` vrf ${vrf}`);
  switch (kind) {
    case 'load-balancing':
      return [
        `${words} add load-balancing static mapping protocol ${protocol ?? ''} external ${external}:${externalPort} ${backEnds.join(' ')}${suffix}`,
      ];
    case 'identity': {
      const of = shown.byName(external) === undefined ? external : `external ${external}`;
      return vrfs.map(
        (vrf) =>
          `${words} add identity mapping ${of}${protocol === null ? '' : ` ${protocol} ${externalPort}`}${vrfText(vrf)}`,
      );
    }
    case 'static':
      return vrfs.map(
        (vrf) =>
          `${words} add static mapping ${protocol === null ? '' : `${protocol} `}local ${local}${port(localPort)} external ${external}${port(externalPort)}${vrfText(vrf)}${suffix}`,
      );
  }
}
