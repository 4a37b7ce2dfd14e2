/** Comments of a pcapng's packets, read by nobody's reader but this one: little-endian, as vppcap writes it. */

import { Broken } from './target.js';

const [ENHANCED, COMMENT] = [6, 1];
const words = new TextDecoder('utf-8', { fatal: true });

/** One list per packet block, in order. Throws Broken where a block or an option has no end, and TypeError where a comment is not UTF-8. */
export function commentsOf(capture: Buffer): string[][] {
  const packets: string[][] = [];
  for (let at = 0; at < capture.length;) {
    const [type, length] = [capture.readUInt32LE(at), capture.readUInt32LE(at + 4)];
    if (length < 12 || length % 4 !== 0 || capture.readUInt32LE(at + length - 4) !== length)
      throw new Broken(`the block at ${at} has the length ${length}`);
    if (type === ENHANCED) {
      const captured = capture.readUInt32LE(at + 20);
      packets.push(commentsIn(capture.subarray(at + 28 + ((captured + 3) & ~3), at + length - 4)));
    }
    at += length;
  }
  return packets;
}

function commentsIn(options: Buffer): string[] {
  const comments: string[] = [];
  for (let at = 0; at < options.length;) {
    const [code, length] = [options.readUInt16LE(at), options.readUInt16LE(at + 2)];
    if (at + 4 + length > options.length) throw new Broken('an option reaches beyond its block');
    if (code === COMMENT) comments.push(words.decode(options.subarray(at + 4, at + 4 + length)));
    at += 4 + ((length + 3) & ~3);
  }
  return comments;
}
