/**
 * Line forms: what a line of a packet trace looks like, written as a template. `{name:type}` is a field, `[…]` may be absent,
 * a space stands for any white space. Forms know nothing of indentation, which mails lose.
 *
 * A line may be cut off. A form then still matches as far as the line goes, and keeps the fields that something followed: of
 * `ttl 6` nobody can tell whether it was `ttl 64`. A field of varying width at the very end of a line that is otherwise
 * complete is `isOpen` for the same reason.
 */

/** A field's text, and whether more of it may have stood there. */
export interface Value {
  readonly text: string;
  readonly isOpen: boolean;
}

export type Values = Readonly<Record<string, Value | undefined>>;

export interface FormMatch {
  readonly values: Values;
  /** The line ends before the form does. */
  readonly isCut: boolean;
  /** More stands behind it, which a later release may have added. */
  readonly hasMore: boolean;
}

/** What a buffer's second and third lines are made of (VPP 18.01 to 26.06 src/vlib/buffer.h, src/vnet/buffer.h). */
const BUFFER_WORD = [
  /(?:outer-)?l[234]-hdr-(?:offset|len) -?\d+|gso-size \d+|qos \d+\.\d+|loop-counter \d+/,
  /next-present|ext-hdr-valid|external|is-trace|l4-cksum-(?:computed|correct)|vlan-\d-deep|span-clone|handoff-next-valid/,
  /loop-counter-valid|local|ip[46]|offload(?:-[a-z0-9]+)*|natt?ed|l[234]_hdr_offset_valid|flow-report|dvr|qos-data-valid/,
  /gso|avail\d+/,
]
  .map(({ source }) => source)
  .join('|');

/** Field types; those of a fixed width are never open. */
const TYPES = {
  dec: /-?\d+/y,
  hex: /[0-9a-f]+/iy,
  ip4: /\d{1,3}(?:\.\d{1,3}){3}/y,
  ip: /[0-9a-f:.]+/iy,
  ip6: /[0-9a-f]*:[0-9a-f:.]*/iy,
  word: /[^\s,]+/y,
  /** An interface's name, as format_vnet_sw_interface_name prints it. */
  interface: /[^\s:,]+/y,
  name: /[a-z0-9_]+/y,
  protocol: /unknown \d+|[A-Z0-9_]+/y,
  ethertype: /0x[0-9a-f]{4}|[A-Z0-9_]+/y,
  icmp: /unknown 0x[0-9a-f]+|[a-z0-9_]+(?:\s+(?!checksum)[a-z0-9_]+)?/y,
  /** Names of TCP flags. */
  flags: /[A-Z]+(?:\s+[A-Z]+)*/y,
  /** In any order: each is printed on a condition of its own. */
  bufferWords: new RegExp(`(?:${BUFFER_WORD})(?:\\s+(?:${BUFFER_WORD}))*(?=\\s|$)`, 'y'),
  /** Run together, as `MORE_FRAGMENTSDONT_FRAGMENT`. */
  fragmentFlags: /[A-Z_]+/y,
  /** `[features ]` */
  brackets: /\[[^\]]*\]/y,
  /** Octets as two digits with spaces between. */
  octets: /[0-9a-f]{2}(?:\s+[0-9a-f]{2})*/iy,
  /** Pairs of digits without spaces. An odd digit at the end is not taken. */
  pairs: /(?:[0-9a-f]{2})+/iy,
  /** TCP options as 20.01 and later list them. */
  tcpOptions: /(?:mss|window scale|timestamp|sack permitted|echo\/reflected|no operation|nop|end of).*/y,
  nonInitial: /non-initial fragment/y,
  noListener: /\(no listener\)/y,
  rest: /.*/y,
  hex2: /[0-9a-f]{2}(?![0-9a-f])/iy,
  hex4: /[0-9a-f]{4}(?![0-9a-f])/iy,
  hex8: /[0-9a-f]{8}(?![0-9a-f])/iy,
  hex16: /[0-9a-f]{16}(?![0-9a-f])/iy,
  mac: /[0-9a-f]{2}(?::[0-9a-f]{2}){5}/iy,
} as const;

/** Types whose text cannot have been longer. Every pair and octet stands for itself. */
const FIXED: ReadonlySet<string> = new Set([
  'hex2',
  'hex4',
  'hex8',
  'hex16',
  'mac',
  'pairs',
  'octets',
  'nonInitial',
  'noListener',
]);
/** What can be the beginning of a field that the line's end cut off; of most, any word. */
const BEGINNING = /[0-9a-zA-Z_:.-]*$/y;
const BEGINNINGS: Partial<Readonly<Record<keyof typeof TYPES, RegExp>>> = {
  dec: /-?\d*$/y,
  hex: /[0-9a-f]*$/iy,
  hex2: /[0-9a-f]*$/iy,
  hex4: /[0-9a-f]*$/iy,
  hex8: /[0-9a-f]*$/iy,
  hex16: /[0-9a-f]*$/iy,
  ip4: /[\d.]*$/y,
  ip6: /[0-9a-f:.]*$/iy,
  mac: /(?:[0-9a-f]{2}:)*[0-9a-f]{0,2}$/iy,
};

type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string; readonly type: keyof typeof TYPES }
  | { readonly kind: 'optional'; readonly parts: readonly Part[] };

/** Positions that are none. */
const NO_MATCH = -1;
const CUT = -2;

interface Found {
  readonly text: string;
  readonly end: number;
  readonly isFixed: boolean;
}

export class LineForm {
  private readonly parts: readonly Part[];
  /** What the form begins with, if that is no field. */
  private readonly firstWords: string;

  constructor(
    readonly name: string,
    template: string,
  ) {
    this.parts = parseTemplate(template);
    this.firstWords = this.parts[0].kind === 'literal' ? this.parts[0].text.trimEnd() : '\n';
  }

  /** Matches a line without white space around it; null where it is another. */
  match(line: string): FormMatch | null {
    const found = new Map<string, Found>();
    const end = run(this.parts, line, 0, found);
    if (end === NO_MATCH) return null;
    const isCut = end === CUT;
    const hasMore = !isCut && end < line.length;
    if (hasMore && !/[\s,]/.test(line[end])) return null;
    // Without one of the form's own words, the beginning of a line may be anything.
    if (isCut && !line.startsWith(this.firstWords) && !this.isPastSecondPart(found, line)) return null;
    const values: Record<string, Value> = {};
    for (const [name, { text, end: at, isFixed }] of found) {
      const isOpen = at === line.length && !isFixed;
      if (!isCut || !isOpen) values[name] = { text, isOpen };
    }
    return { values, isCut, hasMore };
  }

  /** True where a form that begins with a field matched the words behind it as well. */
  private isPastSecondPart(found: ReadonlyMap<string, Found>, line: string): boolean {
    const [first, second] = this.parts;
    const at = first.kind === 'field' ? found.get(first.name)?.end : undefined;
    return at !== undefined && second.kind === 'literal' && skipLiteral(second.text, line, at) >= 0;
  }
}

function parseTemplate(template: string): Part[] {
  const tokens = template.match(/\{\w+:\w+\}|[[\]]|[^{[\]]+/g) ?? [];
  const stack: Part[][] = [[]];
  for (const token of tokens) {
    const top = stack[stack.length - 1];
    if (token === '[') stack.push([]);
    else if (token === ']') {
      stack.pop();
      stack[stack.length - 1].push({ kind: 'optional', parts: top });
    } else if (token.startsWith('{')) {
      const [name, type] = token.slice(1, -1).split(':');
      if (!(type in TYPES)) throw new Error(`template "${template}": unknown type ${type}`);
      top.push({ kind: 'field', name, type: type as keyof typeof TYPES });
    } else top.push({ kind: 'literal', text: token });
  }
  return stack[0];
}

/** Matches parts from `at` on; returns the position behind them, NO_MATCH or CUT. */
function run(parts: readonly Part[], line: string, at: number, found: Map<string, Found>): number {
  for (const part of parts) {
    if (part.kind === 'optional') {
      if (at === line.length) continue;
      const inner = new Map<string, Found>();
      const end = run(part.parts, line, at, inner);
      if (end === NO_MATCH) continue;
      for (const [name, value] of inner) found.set(name, value);
      if (end === CUT) return CUT;
      at = end;
    } else {
      at = part.kind === 'literal' ? skipLiteral(part.text, line, at) : readField(part, line, at, found);
      if (at < 0) return at;
    }
  }
  return at;
}

function skipLiteral(text: string, line: string, at: number): number {
  for (const character of text) {
    if (at === line.length) return at > 0 ? CUT : NO_MATCH;
    if (character === ' ') {
      if (!isSpace(line, at)) return NO_MATCH;
      while (isSpace(line, at)) at++;
    } else if (line[at] === character) at++;
    else return NO_MATCH;
  }
  return at;
}

const isSpace = (line: string, at: number): boolean => line[at] === ' ' || line[at] === '\t';

function readField(
  { name, type }: Part & { kind: 'field' },
  line: string,
  at: number,
  found: Map<string, Found>,
): number {
  if (at === line.length && type !== 'rest') return at > 0 ? CUT : NO_MATCH;
  const pattern = TYPES[type];
  pattern.lastIndex = at;
  const match = pattern.exec(line);
  if (match) {
    const end = at + match[0].length;
    found.set(name, { text: match[0], end, isFixed: FIXED.has(type) });
    return end;
  }
  const beginning = BEGINNINGS[type] ?? BEGINNING;
  beginning.lastIndex = at;
  return at > 0 && beginning.test(line) ? CUT : NO_MATCH;
}
