/**
 * ip6-frag (VPP 26.06 src/vnet/ip/ip_frag.c, ip6_frag_do_fragment): cuts what VPP itself sends into fragments of the MTU. Each goes through
 * ip6-rewrite again, which takes it for forwarded and so takes one from its hop limit.
 */

import * as ip6 from '../../wire/ip6.js';
import { DONE, defineNode } from '../engine/node.js';
import { FLAG_ORIGINATED, FLAG_TRACED } from '../engine/packet-buffer.js';
import { frag6Errors } from './ip6-errors.js';
import { IP6_FRAG } from './ip6-trace.js';

const HEADERS_BYTES = ip6.HEADER_BYTES + ip6.EXTENSION_BYTES;
/** vlib_buffer_get_default_data_size: a fragment is never larger than one buffer. */
const BUFFER_BYTES = 2048;

export const ip6Frag = defineNode({
  name: 'ip6-frag',
  trace: {
    role: 'fork',
    layout: IP6_FRAG,
    when: 'after',
    writer: () => (b, records) => {
      records.write(IP6_FRAG, b.fragMtu, 0, records.sent, b.length + b.cutBytes);
    },
  },
  next: { REWRITE: 'ip6-rewrite', DROP: 'ip6-drop' },
  errors: [frag6Errors],
  causes: { MALFORMED: 'the packet is to be fragmented, but is a fragment already, or shorter than it says' },
  create: ({ next, cause, errors, tables, buffers, graph }) => {
    const error = errors.ids(frag6Errors);
    return (b) => {
      const { view, at } = b;
      let left = ip6.payloadLength(view, at);
      const payloadMax = (Math.min(b.fragMtu, BUFFER_BYTES) - HEADERS_BYTES) & ~7;
      const protocol = ip6.nextHeader(view, at);
      if (left > b.length + b.cutBytes - ip6.HEADER_BYTES || protocol === ip6.FRAGMENT) {
        b.error = error.MALFORMED;
        b.cause = cause.MALFORMED;
        errors.increment(b.error);
        return next.DROP;
      }
      const id = tables.ip4.fragmentedPackets++;
      const capturedEnd = at + b.length;
      let done = 0;
      let sent = 0;
      while (left > 0) {
        const length = Math.min(left, payloadMax);
        const from = at + ip6.HEADER_BYTES + done;
        const captured = Math.max(0, Math.min(length, capturedEnd - from));
        const fragment = buffers.take(HEADERS_BYTES + captured, b.swIfIndexRx);
        const to = fragment.at;
        fragment.cutBytes = length - captured;
        fragment.frame = b.frame;
        fragment.flags = FLAG_ORIGINATED | (b.flags & FLAG_TRACED);
        fragment.l3 = to;
        fragment.swIfIndexTx = b.swIfIndexTx;
        fragment.adjIndexRx = b.adjIndexRx;
        fragment.adjIndexTx = b.adjIndexTx;
        fragment.error = error.NONE;
        fragment.bytes.set(b.bytes.subarray(at, at + ip6.HEADER_BYTES), to);
        fragment.bytes.set(b.bytes.subarray(from, from + captured), to + HEADERS_BYTES);
        ip6.setPayloadLength(fragment.view, to, length + ip6.EXTENSION_BYTES);
        ip6.setNextHeader(fragment.view, to, ip6.FRAGMENT);
        ip6.writeFragment(fragment.view, to + ip6.HEADER_BYTES, protocol, done >>> 3, length !== left, id);
        graph.enqueue(fragment, next.REWRITE);
        left -= length;
        done += length;
        sent++;
      }
      errors.increment(error.FRAGMENT_SENT, sent);
      if (sent === 1) errors.increment(error.SMALL_PACKET);
      return DONE;
    };
  },
});
