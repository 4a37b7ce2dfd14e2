/**
 * ip6-full-reassembly (VPP 19.08 src/vnet/ip/reass/ip6_full_reass.c) and ip6-local-full-reassembly (26.06): puts fragments to the node's own
 * addresses together. The whole packet starts again at ip6-input.
 *
 * Datagrams that stay incomplete go when their time is over. The error that VPP then sends by itself is not modelled, only that of 19.08 for a
 * fragment that comes late but before VPP has looked.
 */

import * as icmp6 from '../../../wire/icmp6.js';
import * as ip6 from '../../../wire/ip6.js';
import { savedPlaces, savedRow } from '../../engine/state/saved-states.js';
import { cutOff, IP_OPTIONS, isCutBefore } from '../../engine/cut-off.js';
import { DONE, defineNode, end, type AnyNode } from '../../engine/node.js';
import {
  FLAG_ORIGINATED,
  FLAG_TOTAL_LENGTH_VALID,
  FLAG_TRACED,
  type PacketBuffer,
} from '../../engine/packet-buffer.js';
import { ip6FullReassemblyErrors, ip6LocalFullReassemblyErrors } from '../ip6-errors.js';
import { IP6_FULL_REASS } from '../ip6-trace.js';
import { endsInUpperLayer, hasFragmentHeader, hasUpperLayer } from './header-chain.js';
import {
  DATA,
  FINALIZE,
  KEY_WORDS,
  PASSTHROUGH,
  RANGE_NEW,
  RANGE_OVERLAP,
  Reassembly6,
  REASSEMBLY6_COLUMNS,
  type FragmentRange,
} from './reassembly6.js';

/** Fragments per datagram (max_reass_len), as VPP counts them. */
const FRAGMENTS_MAX = 3;
const REASSEMBLIES_MAX = 1024;
const LARGEST_DATAGRAM = 65535;
/** Of the IPv6 header, and of a fragment header: what a parameter problem points at. */
const PAYLOAD_LENGTH = 4;
const FRAGMENT_OFFSET = 2;

/** What differs between the nodes of releases. */
interface ReassemblyForm {
  readonly name: string;
  readonly errors: typeof ip6FullReassemblyErrors;
  readonly timeoutSeconds: number;
  /** Interval of the process that clears what timed out. */
  readonly walkSeconds: number;
  /** It counts what it does to good fragments, too, and takes fragments that bring nothing new for no part of the chain. */
  readonly countsAll: boolean;
}

const isSame = (left: Int32Array, right: Int32Array): boolean => left.every((word, index) => word === right[index]);

const reassemblyNode = ({ name, errors: counted, timeoutSeconds, walkSeconds, countsAll }: ReassemblyForm): AnyNode =>
  defineNode({
    name,
    trace: { role: 'fork', layout: IP6_FULL_REASS, when: 'after' },
    next: { INPUT: 'ip6-input', DROP: 'ip6-drop', ICMP_ERROR: 'ip6-icmp-error' },
    errors: [counted],
    causes: {
      NO_HEADER: 'the packet says that it is a fragment, but ends before its fragment header does',
      NO_UPPER_LAYER: 'the first fragment ends before its headers do',
      BAD_SIZE: 'the fragment is not the last one, and no multiple of 8 bytes long',
      TOO_LARGE: 'the fragment reaches beyond the largest datagram',
      EMPTY: 'the fragment is empty',
      IP6_DUPLICATE: 'the fragment was received before',
      OVERLAP: 'the fragment overlaps with another: RFC 8200 forbids that, and VPP drops the whole datagram',
      LIMIT: 'VPP reassembles at most 1024 datagrams at a time',
      TIMED_OUT: 'the rest of the datagram did not come in time',
    },
    create: ({ next, cause, errors, tables, buffers, graph, clock, records }) => {
      const error = errors.ids(counted);
      const { fibIndexOf } = tables.ip6;
      const pool: (Reassembly6 | null)[] = [];
      let made = 0;
      let lastWalk = clock.now;

      tables.saved.add(
        savedRow(
          name,
          'made so far, when those were cleared last that timed out',
          () => [made, lastWalk],
          (row) => ([made, lastWalk] = row),
        ),
        savedPlaces(`${name} reassembly`, REASSEMBLY6_COLUMNS, pool, { make: (row) => Reassembly6.ofRow(row) }),
      );
      const release = (buffer: PacketBuffer): void => {
        buffer.isHeld = false;
        buffers.release(buffer);
      };
      const forget = (reassembly: Reassembly6): void => {
        const at = pool.indexOf(reassembly);
        if (at >= 0) pool[at] = null;
        for (const { buffer } of reassembly.ranges) release(buffer);
      };
      const isOver = ({ lastHeard }: Reassembly6): boolean => clock.now > lastHeard + timeoutSeconds;
      const expire = (): void => {
        lastWalk = clock.now;
        for (const reassembly of pool) if (reassembly !== null && isOver(reassembly)) forget(reassembly);
      };
      /** Answers the sender of the first fragment, where that is there, before the rest is forgotten. */
      const endInTime = (reassembly: Reassembly6): void => {
        const first = reassembly.ranges.at(0);
        if (first?.first === 0) {
          reassembly.ranges.shift();
          first.buffer.setIcmpError(icmp6.TIME_EXCEEDED, icmp6.CODE_REASSEMBLY_TIME);
          first.buffer.cause = cause.TIMED_OUT;
          first.buffer.isHeld = false;
          graph.enqueue(first.buffer, next.ICMP_ERROR);
        }
        forget(reassembly);
      };
      const keyOf = ({ view, at, swIfIndexRx, swIfIndexTx }: PacketBuffer): Int32Array => {
        const key = new Int32Array(KEY_WORDS);
        for (let word = 0; word < 8; word++) key[word] = view.getInt32(at + ip6.SOURCE + word * 4);
        key[8] = ip6.fragmentId(view, at + ip6.HEADER_BYTES);
        key[9] = countsAll && swIfIndexTx >= 0 ? swIfIndexTx : fibIndexOf[swIfIndexRx];
        return key;
      };
      /** The fragment's reassembly, made where there is none; null at the limit. */
      const findOrAdd = (b: PacketBuffer): Reassembly6 | null => {
        const key = keyOf(b);
        const known = pool.find((one) => one !== null && isSame(one.key, key));
        if (known) {
          if (!isOver(known)) {
            known.lastHeard = clock.now;
            return known;
          }
          if (countsAll) errors.increment(error.REASS_TIMEOUT);
          endInTime(known);
        }
        if (pool.filter((one) => one !== null).length >= REASSEMBLIES_MAX) return null;
        const added = new Reassembly6(key, clock.now, made++);
        const free = pool.indexOf(null);
        pool[free < 0 ? pool.length : free] = added;
        return added;
      };
      const log = (action: number, reassembly: Reassembly6 | null, range: FragmentRange | null): void => {
        if (!records?.isOn) return;
        const { first, last } = range ?? { first: 0, last: 0 };
        const [id, operation, total] =
          reassembly === null ? [-1, 0, 0] : [reassembly.id, reassembly.operations++, reassembly.dataBytes];
        records.write(IP6_FULL_REASS, action, id, operation, first, last, last - first + 1, total);
      };
      const refuse = (b: PacketBuffer, reason: number, why: number, onward: number): number => {
        graph.forgetVisit();
        if (countsAll || onward === next.DROP) b.error = reason;
        b.cause = why;
        return onward;
      };

      /** Puts the datagram together, and sends it on in the last fragment's name. */
      const finish = (b: PacketBuffer, reassembly: Reassembly6): void => {
        const [first] = reassembly.ranges;
        const length = ip6.HEADER_BYTES + reassembly.dataBytes;
        const whole = buffers.take(length, first.buffer.swIfIndexRx);
        const to = whole.at;
        whole.copyMetadata(first.buffer);
        whole.moveTo(to);
        whole.length = length;
        whole.l4 = -1;
        whole.cutBytes = 0;
        whole.frame = b.frame;
        whole.flags = FLAG_ORIGINATED | (first.buffer.flags & ~FLAG_TRACED) | (b.flags & FLAG_TRACED);
        if (reassembly.ranges.length === 1) whole.flags |= FLAG_TOTAL_LENGTH_VALID;
        const known = reassembly.writeTo(whole.bytes, whole.view, to);
        log(FINALIZE, reassembly, first);
        if (countsAll) {
          errors.increment(error.REASS_SUCCESS);
          errors.increment(error.REASS_FRAGMENTS_REASSEMBLED, reassembly.fragments);
        } else whole.error = error.NONE;
        cutOff(whole, to + known);
        forget(reassembly);
        graph.enqueue(whole, next.INPUT);
      };

      return (b) => {
        const { view, at } = b;
        if (!countsAll) b.error = error.NONE;
        const fragment = at + ip6.HEADER_BYTES;
        if (countsAll && !hasFragmentHeader(b)) {
          errors.increment(error.REASS_NO_FRAG_HDR);
          log(PASSTHROUGH, null, null);
          b.cause = cause.NO_HEADER;
          return next.DROP;
        }
        if (isCutBefore(b, at + DATA, IP_OPTIONS)) return next.DROP;
        if (countsAll) errors.increment(error.REASS_FRAGMENTS_RCVD);
        const first = ip6.fragmentOffset(view, fragment) * 8;
        const more = ip6.moreFragments(view, fragment);
        const length = b.length + b.cutBytes - DATA;
        if (first === 0 && !(countsAll ? endsInUpperLayer(b) : hasUpperLayer(b, fragment))) {
          b.setIcmpError(icmp6.PARAMETER_PROBLEM, icmp6.CODE_INCOMPLETE_CHAIN);
          return refuse(b, error.REASS_MISSING_UPPER, cause.NO_UPPER_LAYER, next.ICMP_ERROR);
        }
        if (more && length % 8 !== 0) {
          b.setIcmpError(icmp6.PARAMETER_PROBLEM, icmp6.CODE_ERRONEOUS_FIELD, PAYLOAD_LENGTH);
          return refuse(b, error.REASS_INVALID_FRAG_SIZE, cause.BAD_SIZE, next.ICMP_ERROR);
        }
        if (first + length > LARGEST_DATAGRAM) {
          const pointer = ip6.HEADER_BYTES + FRAGMENT_OFFSET;
          b.setIcmpError(icmp6.PARAMETER_PROBLEM, icmp6.CODE_ERRONEOUS_FIELD, pointer);
          return refuse(b, error.REASS_INVALID_FRAG_SIZE, cause.TOO_LARGE, next.ICMP_ERROR);
        }
        if (clock.now - lastWalk > walkSeconds) expire();

        // 26.06 puts no atomic fragment together with others.
        const isAtomic = countsAll && first === 0 && !more;
        const reassembly = isAtomic ? new Reassembly6(new Int32Array(0), clock.now, made++) : findOrAdd(b);
        if (reassembly === null) return refuse(b, error.REASS_LIMIT_REACHED, cause.LIMIT, next.DROP);
        if (countsAll && length === 0) {
          if (!isAtomic) forget(reassembly);
          return refuse(b, error.REASS_INVALID_FRAG_LEN, cause.EMPTY, next.DROP);
        }
        const held = buffers.copy(b);
        held.isHeld = true;
        const range = { buffer: held, first, last: first + length - 1 };
        const outcome = reassembly.insert(range, more, countsAll);
        if (outcome === 'overlap') {
          log(RANGE_OVERLAP, reassembly, range);
          release(held);
          forget(reassembly);
          return end(b, error.REASS_OVERLAPPING_FRAGMENT, cause.OVERLAP, next.DROP);
        }
        if (outcome === 'new') log(RANGE_NEW, reassembly, range);
        else release(held);
        if (reassembly.isComplete) {
          finish(b, reassembly);
          return DONE;
        }
        if (outcome === 'duplicate') return refuse(b, error.REASS_DUPLICATE_FRAGMENT, cause.IP6_DUPLICATE, next.DROP);
        if (reassembly.fragments > FRAGMENTS_MAX) {
          errors.increment(error.REASS_FRAGMENT_CHAIN_TOO_LONG);
          forget(reassembly);
        }
        return DONE;
      };
    },
  });

export const ip6FullReassembly = reassemblyNode({
  name: 'ip6-full-reassembly',
  errors: ip6FullReassemblyErrors,
  timeoutSeconds: 0.1,
  walkSeconds: 10,
  countsAll: false,
});
export const ip6LocalFullReassembly = reassemblyNode({
  name: 'ip6-local-full-reassembly',
  errors: ip6LocalFullReassemblyErrors,
  timeoutSeconds: 0.2,
  walkSeconds: 0.05,
  countsAll: true,
});
