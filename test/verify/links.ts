/** Frames of other link types than Ethernet, made of Ethernet frames. */

/** How a kind of link writes what an Ethernet frame carries. */
export interface LinkForm {
  readonly name: string;
  readonly linkType: number;
  /** Everything in hex. */
  readonly of: (frame: string) => string;
}

const sourceOf = (frame: string): string => frame.slice(12, 24);
/** An 802.3 length is no EtherType: what follows is LLC. */
const typeOf = (frame: string): string => {
  const type = frame.slice(24, 28);
  return parseInt(type, 16) < 0x600 ? '0004' : type;
};
const carriedBy = (frame: string): string => frame.slice(28);

/** Headers that tell of any EtherType. */
export const COOKED: readonly LinkForm[] = [
  {
    name: 'cooked (113)',
    linkType: 113,
    of: (frame) => `000000010006${sourceOf(frame)}0000${typeOf(frame)}${carriedBy(frame)}`,
  },
  {
    name: 'cooked v2 (276)',
    linkType: 276,
    of: (frame) => `${typeOf(frame)}00000000000300010006${sourceOf(frame)}0000${carriedBy(frame)}`,
  },
];

export const RAW: readonly LinkForm[] = [12, 14, 101, 228].map((linkType) => ({
  name: `raw IP (${linkType})`,
  linkType,
  of: carriedBy,
}));

export const LOOPBACK: readonly LinkForm[] = [
  { name: 'loopback (0), little-endian', linkType: 0, of: (frame) => `02000000${carriedBy(frame)}` },
  { name: 'loopback (0), big-endian', linkType: 0, of: (frame) => `00000002${carriedBy(frame)}` },
  { name: 'loopback (108)', linkType: 108, of: (frame) => `00000002${carriedBy(frame)}` },
];

/** Of IPv4 packets. */
export const LINKS: readonly LinkForm[] = [...COOKED, ...RAW, ...LOOPBACK];
