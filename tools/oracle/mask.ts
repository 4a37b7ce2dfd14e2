/**
 * What a trace of the model cannot have in common with one of VPP, and nothing else. Each mask has a name; masked places read
 * the same in both texts.
 */

import type { TraceGroup } from './trace-groups.js';

/** Names and reasons of the masks, for people. Times of day are in the headings, which groups leave out. */
export const MASKS = {
  'time of day': 'a trace has the time since VPP started; the model has the time of the capture',
  'buffer index': 'where a packet lies in the memory of VPP',
  'trace handle': "where a packet's trace lies in the trace buffer",
  'value behind a key': 'ip4-sv-reassembly shows what it has not looked up yet, which is memory of other use',
  stream: "how many frames the recorder's generator had sent, those before the recording with them",
  'echo reply id': 'VPP draws the IP id of its echo replies at random; the header checksum goes with it',
  'address of a function': 'VPP 26.06 prints where format_white_space is in its memory for two TCP options',
  'bytes behind the packet':
    'what earlier packets left in the buffer, where a node shows more bytes than the packet has',
} as const;

const BUFFER_LABEL = /^(\s*)buffer 0x[0-9a-f]+: /;

/**
 * A group with the masks applied.
 * @param zeros what the model prints of the node
 * @param ones the same where bytes behind the packet are 0xff instead of 0: what differs depends on them
 * @param isBehindEcho whether VPP has made an echo reply of the packet by then
 */
export function maskGroup(
  { node, lines }: TraceGroup,
  zeros: TraceGroup | undefined,
  ones: TraceGroup | undefined,
  isBehindEcho: boolean,
): TraceGroup {
  const known = maskBehindPacket(lines, zeros?.lines ?? [], ones?.lines ?? []);
  const masked = maskBufferIndices(known).map((line) =>
    line
      .replace(/trace handle 0x[0-9a-f]+/, 'trace handle #')
      .replace(/^( +stream s)\d+/, '$1#')
      .replace(/\b(window scale|timestamp) -?\d+/g, '$1 #'),
  );
  return { node, lines: isBehindEcho ? maskReplyIds(node, masked) : masked };
}

const OPTIONS_LINE = /^\s*options: parsing failed$/;

/** What a line says from the first character on that depends on bytes behind the packet is unknown. */
function maskBehindPacket(lines: readonly string[], zeros: readonly string[], ones: readonly string[]): string[] {
  const masked = lines.map((line, i) => {
    const [zero, one] = [zeros.at(i), ones.at(i)];
    if (zero === undefined || one === undefined || zero === one) return line;
    let same = 0;
    while (zero[same] === one[same]) same++;
    return `${line.slice(0, same)}…`;
  });
  // Options of an unknown header may be none, or take two lines.
  return OPTIONS_LINE.test(ones.at(-1) ?? '') && ones.at(-1) !== zeros.at(-1)
    ? masked.slice(0, ones.length - 1)
    : masked;
}

/** A buffer's label decides how far the lines below it are indented. */
function maskBufferIndices(lines: readonly string[]): string[] {
  let labelColumns = 0;
  return lines.map((line) => {
    const label = BUFFER_LABEL.exec(line);
    if (label) {
      labelColumns = label[0].length;
      return line.replace(BUFFER_LABEL, '$1buffer #: ');
    }
    if (labelColumns > 0 && line.startsWith(' '.repeat(labelColumns))) return line.slice(labelColumns);
    labelColumns = 0;
    return line
      .replace(/\bfirst bi: \d+/, 'first bi: #')
      .replace(/, bi \d+/, ', bi #')
      .replace(/(\[lookup, key: .*) value \d+\]/, '$1 value #]');
  });
}

const DUMP_LINE = /^ {2}[0-9a-f]{8}: [0-9a-f]+/;
const DUMPED = '  00000000: '.length;
/** Both MACs and the tags of a sub-interface, in the first line of a dump, with the EtherType behind them. */
const DUMPED_HEADER = /^ {2}00000000: [0-9a-f]{24}((8100|88a8)[0-9a-f]{4})?(8100[0-9a-f]{4})?[0-9a-f]{4}/;
/** Places of id and header checksum of the IP header behind: digits of two bytes each. */
const replyFields = (line: string): number[] => {
  const header = DUMPED_HEADER.exec(line)?.[0].length ?? DUMPED;
  return [4, 10].map((field) => header + field * 2);
};

/** In the words of an IP header, in the octets that l2-output shows, and in the dump of ip4-rewrite. */
function maskReplyIds(node: string, lines: readonly string[]): string[] {
  let isFirstOfDump = false;
  return lines.map((line) => {
    const isDump = node === 'ip4-rewrite' && DUMP_LINE.test(line);
    const isFirst = isDump && !isFirstOfDump;
    isFirstOfDump = isDump;
    if (isFirst) return replyFields(line).reduce((text, at) => `${text.slice(0, at)}####${text.slice(at + 4)}`, line);
    return line
      .replace(/^(\s*tos .*, checksum) 0x[0-9a-f]{4}/, '$1 #')
      .replace(/^(\s*fragment id) 0x[0-9a-f]{4}/, '$1 #')
      .replace(/( data (?:81 00 .. .. |88 a8 .. .. )?08 00 45 .. .. ..) .. ../, '$1 ## ##');
  });
}
