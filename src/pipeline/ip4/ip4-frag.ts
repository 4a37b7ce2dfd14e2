/**
 * ip4-frag (VPP 19.08 src/vnet/ip/ip_frag.c): cuts a packet into fragments of the MTU, each of which goes through
 * ip4-rewrite again, and so loses a second hop of TTL.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { compute } from '../../wire/checksum.js';
import { DONE, defineNode } from '../engine/node.js';
import { FLAG_CHECKSUM_UNKNOWN, FLAG_IS_IP4, FLAG_ORIGINATED, FLAG_TRACED } from '../engine/packet-buffer.js';
import { fragErrors } from './ip4-errors.js';
import { IP4_FRAG } from './ip4-trace.js';

/** vlib_buffer_get_default_data_size: a fragment is never larger than one buffer. */
const BUFFER_BYTES = 2048;
const swapped = (word: number): number => ((word & 0xff) << 8) | (word >>> 8);

export const ip4Frag = defineNode({
  name: 'ip4-frag',
  trace: {
    role: 'fork',
    layout: IP4_FRAG,
    when: 'after',
    writer: () => (b, records) => {
      records.write(IP4_FRAG, b.fragMtu);
      records.put(0); // IP4_FRAG_NEXT_IP4_REWRITE, whatever became of it
      records.put(records.sent);
      records.put(b.length + b.cutBytes);
    },
  },
  next: { REWRITE: 'ip4-rewrite', ICMP_ERROR: 'ip4-icmp-error', DROP: 'ip4-drop' },
  errors: [fragErrors],
  causes: {
    MALFORMED: 'the packet is to be fragmented, but shorter than its IP total length',
    TINY_MTU: "the outgoing interface's MTU is smaller than an IP header",
    DONT_FRAGMENT: 'the packet is larger than the MTU and says "don\'t fragment"',
  },
  create: ({ next, cause, errors, tables, buffers, graph }) => {
    const error = errors.ids(fragErrors);
    const { fragmentsOnce } = tables.composition.behaviour;
    return (b) => {
      const { view, at } = b;
      const flagsAndFragment = ip4.flagsAndFragment(view, at);
      let remaining = ip4.totalLength(view, at) - ip4.HEADER_BYTES;
      const payloadMax = (Math.min(b.fragMtu, BUFFER_BYTES) - ip4.HEADER_BYTES) & ~7;

      const isCut = remaining > b.length + b.cutBytes - ip4.HEADER_BYTES;
      if (isCut || payloadMax <= 0) {
        const isMalformed = isCut && (fragmentsOnce || payloadMax > 0);
        b.error = isMalformed ? error.MALFORMED : error.CANT_FRAGMENT_HEADER;
        b.cause = isMalformed ? cause.MALFORMED : cause.TINY_MTU;
        errors.increment(b.error);
        return next.DROP;
      }
      if ((flagsAndFragment & ip4.DONT_FRAGMENT) !== 0) {
        b.error = error.DONT_FRAGMENT_SET;
        b.cause = cause.DONT_FRAGMENT;
        errors.increment(b.error);
        b.setIcmpError(icmp4.DESTINATION_UNREACHABLE, icmp4.CODE_FRAGMENTATION_NEEDED, b.fragMtu);
        return next.ICMP_ERROR;
      }

      // A fragment keeps its id and offset. 19.08 counts before it takes an id, and stores it without swapping bytes.
      const isFragment = ip4.isFragment(view, at);
      const more = isFragment && (flagsAndFragment & ip4.MORE_FRAGMENTS) !== 0;
      const baseOffset = isFragment ? flagsAndFragment & ip4.FRAGMENT_OFFSET : 0;
      const count = isFragment ? 0 : tables.ip4.fragmentedPackets++;
      const counted = fragmentsOnce ? count & 0xffff : swapped((count + 1) & 0xffff);
      const id = isFragment ? ip4.identification(view, at) : counted;

      let done = 0;
      let sent = 0;
      const capturedEnd = at + b.length;
      while (remaining > 0) {
        const length = remaining > payloadMax ? payloadMax : remaining;
        const from = at + ip4.HEADER_BYTES + done;
        const captured = Math.max(0, Math.min(length, capturedEnd - from));
        const fragment = buffers.take(ip4.HEADER_BYTES + captured, b.swIfIndexRx);
        fragment.cutBytes = length - captured;
        const to = fragment.at;
        fragment.frame = b.frame;
        fragment.flags = FLAG_ORIGINATED | (b.flags & (FLAG_TRACED | FLAG_CHECKSUM_UNKNOWN));
        if (fragmentsOnce) {
          fragment.flags |= FLAG_IS_IP4;
          fragment.l3 = to;
          fragment.dataAt = to - (at - b.dataAt);
        }
        fragment.swIfIndexTx = b.swIfIndexTx;
        fragment.adjIndexRx = b.adjIndexRx;
        fragment.adjIndexTx = b.adjIndexTx;
        fragment.error = error.NONE;
        fragment.bytes.set(b.bytes.subarray(at, at + ip4.HEADER_BYTES), to);
        fragment.bytes.set(b.bytes.subarray(from, from + captured), to + ip4.HEADER_BYTES);
        ip4.setIdentification(fragment.view, to, id);
        const isLast = length === remaining && !more;
        ip4.setFlagsAndFragment(fragment.view, to, (baseOffset + (done >>> 3)) | (isLast ? 0 : ip4.MORE_FRAGMENTS));
        ip4.setTotalLength(fragment.view, to, ip4.HEADER_BYTES + length);
        ip4.setChecksum(fragment.view, to, 0);
        ip4.setChecksum(fragment.view, to, compute(fragment.view, to, ip4.HEADER_BYTES));
        graph.enqueue(fragment, next.REWRITE);
        remaining -= length;
        done += length;
        sent++;
      }
      errors.increment(error.FRAGMENT_SENT, sent);
      if (sent === 1) errors.increment(error.SMALL_PACKET);
      return DONE;
    };
  },
});
