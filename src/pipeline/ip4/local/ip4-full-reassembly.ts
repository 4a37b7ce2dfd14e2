/**
 * ip4-full-reassembly (VPP 19.08 src/vnet/ip/reass/ip4_full_reass.c): puts fragments to local addresses together. The whole
 * packet starts again at ip4-input, and passes the input features a second time.
 */

import * as ip4 from '../../../wire/ip4.js';
import { compute } from '../../../wire/checksum.js';
import { FlowHashTable4 } from '../../engine/state/flow-hash-table.js';
import { savedPlaces, savedRow } from '../../engine/state/saved-states.js';
import { cutOff } from '../../engine/cut-off.js';
import { DONE, defineNode, end, type AnyNode } from '../../engine/node.js';
import { FLAG_ORIGINATED, FLAG_TRACED, type PacketBuffer } from '../../engine/packet-buffer.js';
import { ip4FullReassemblyErrors, ip4LocalFullReassemblyErrors } from '../ip4-errors.js';
import { dataLength, FINALIZE, Reassembly, REASSEMBLY_COLUMNS, type ReassemblyLog } from './reassembly.js';
import { IP4_FULL_REASS } from '../ip4-trace.js';
import type { TraceRecords } from '../../engine/trace/trace-records.js';

/** Fragments per datagram (max_reass_len): one more ends the reassembly, silently. */
const FRAGMENTS_MAX = 3;
const REASSEMBLIES_MAX = 1024;
const LARGEST_DATAGRAM = 65535 - 20;
const SMALLEST_FRAGMENT = 8;

/** Writes the node's trace records, one for each thing that happens to a range. */
const reassemblyLog =
  (records: TraceRecords): ReassemblyLog =>
  (action, range, reassembly) => {
    if (!records.isOn) return;
    records.write(
      IP4_FULL_REASS,
      action,
      reassembly.id,
      reassembly.operations++,
      range.first,
      range.last,
      range.first - range.fragmentFirst,
      dataLength(range),
      0,
      range.fragmentFirst,
      range.fragmentLast,
      reassembly.dataBytes,
    );
  };

/** What differs between the nodes of releases. */
interface ReassemblyForm {
  readonly name: string;
  readonly errors: typeof ip4FullReassemblyErrors;
  readonly timeoutSeconds: number;
  /** Interval of the process that clears what timed out. */
  readonly walkSeconds: number;
  /** It counts what it does to good fragments, too, and takes fragments that bring nothing new for no part of the chain. */
  readonly countsAll: boolean;
}

const reassemblyNode = ({ name, errors: counted, timeoutSeconds, walkSeconds, countsAll }: ReassemblyForm): AnyNode =>
  defineNode({
    name,
    trace: { role: 'fork', layout: IP4_FULL_REASS, when: 'after' },
    next: { INPUT: 'ip4-input', DROP: 'ip4-drop' },
    errors: [counted],
    causes: {
      MALFORMED: 'the fragment is empty, too small or reaches beyond the largest datagram',
      DUPLICATE: 'the fragment repeats or overlaps what was received before',
      LIMIT: 'VPP reassembles at most 1024 datagrams at a time',
    },
    create: ({ next, cause, errors, tables, buffers, graph, clock, records }) => {
      const error = errors.ids(counted);
      const { interfaces } = tables;
      const byKey = new FlowHashTable4();
      const pool: (Reassembly | null)[] = [];
      let active = 0;
      let made = 0;
      const log = records === null ? null : reassemblyLog(records);
      let lastWalk = clock.now;

      tables.saved.add(
        savedRow(
          name,
          'made so far, when those were cleared last that timed out',
          () => [made, lastWalk],
          (row) => ([made, lastWalk] = row),
        ),
        savedPlaces(`${name} reassembly`, REASSEMBLY_COLUMNS, pool, {
          clear: () => {
            active = 0;
            byKey.clear();
          },
          make: (row, at) => {
            const one = Reassembly.ofRow(row, log);
            byKey.set(...one.key, at);
            active++;
            return one;
          },
        }),
      );
      const release = (buffer: PacketBuffer): void => {
        buffer.isHeld = false;
        buffers.release(buffer);
      };
      const forget = (at: number, reassembly: Reassembly): void => {
        byKey.delete(...reassembly.key);
        pool[at] = null;
        active--;
        for (const { buffer } of reassembly.ranges) release(buffer);
      };
      const expire = (): void => {
        lastWalk = clock.now;
        pool.forEach((reassembly, at) => {
          if (reassembly && clock.now > reassembly.lastHeard + timeoutSeconds) forget(at, reassembly);
        });
      };
      /** Index in `pool` of the fragment's reassembly, made where there is none; -1 at the limit. */
      const findOrAdd = ({ view, at, swIfIndexRx, swIfIndexTx }: PacketBuffer): number => {
        const key = [
          countsAll && swIfIndexTx >= 0 ? swIfIndexTx : interfaces.fibIndexOf[swIfIndexRx],
          ip4.source(view, at),
          ip4.destination(view, at),
          (ip4.identification(view, at) << 8) | ip4.protocol(view, at),
        ] as const;
        const known = byKey.get(...key);
        const reassembly = known < 0 ? null : pool[known];
        if (reassembly) {
          if (clock.now <= reassembly.lastHeard + timeoutSeconds) {
            reassembly.lastHeard = clock.now;
            return known;
          }
          if (countsAll) errors.increment(error.REASS_TIMEOUT);
          forget(known, reassembly);
        }
        if (active >= REASSEMBLIES_MAX) return -1;
        const free = pool.indexOf(null);
        const index = free < 0 ? pool.length : free;
        pool[index] = new Reassembly(key, clock.now, made++, log);
        byKey.set(...key, index);
        active++;
        return index;
      };
      /** VPP traces what a fragment does to a reassembly; one that never gets to a reassembly leaves no record here. */
      const refuse = (b: PacketBuffer, reason: number, why: number): number => {
        graph.forgetVisit();
        return end(b, reason, why, next.DROP);
      };

      return (b) => {
        const { view, at } = b;
        if (!countsAll) b.error = error.NONE;
        if (!ip4.isFragment(view, at)) return next.INPUT;
        if (countsAll) errors.increment(error.REASS_FRAGMENTS_RCVD);
        const first = ip4.fragmentOffset(view, at) * 8;
        const length = ip4.totalLength(view, at) - ip4.headerLength(view, at);
        const more = (ip4.flagsAndFragment(view, at) & ip4.MORE_FRAGMENTS) !== 0;
        if (length <= 0 || first + length > LARGEST_DATAGRAM || (length < SMALLEST_FRAGMENT && more))
          return refuse(b, error.REASS_MALFORMED_PACKET, cause.MALFORMED);
        if (clock.now - lastWalk > walkSeconds) expire();

        const index = findOrAdd(b);
        const reassembly = pool[index];
        if (!reassembly) return refuse(b, error.REASS_LIMIT_REACHED, cause.LIMIT);
        const held = buffers.copy(b);
        held.isHeld = true;
        const isNew = reassembly.insert(held, release, countsAll);
        if (!isNew) release(held);
        if (!reassembly.isComplete) {
          if (!isNew) return end(b, error.REASS_DUPLICATE_FRAGMENT, cause.DUPLICATE, next.DROP);
          if (reassembly.fragments > FRAGMENTS_MAX) {
            errors.increment(error.REASS_FRAGMENT_CHAIN_TOO_LONG);
            forget(index, reassembly);
          }
          return DONE;
        }

        const [firstRange] = reassembly.ranges;
        const { buffer: firstFragment } = firstRange;
        log?.(FINALIZE, firstRange, reassembly);
        const whole = buffers.take(reassembly.packetBytes, firstFragment.swIfIndexRx);
        const to = whole.at;
        whole.copyMetadata(firstFragment);
        whole.moveTo(to);
        whole.length = reassembly.packetBytes;
        whole.l4 = -1;
        whole.cutBytes = 0;
        whole.frame = b.frame;
        whole.flags = FLAG_ORIGINATED | (firstFragment.flags & ~FLAG_TRACED) | (b.flags & FLAG_TRACED);
        if (countsAll) {
          errors.increment(error.REASS_SUCCESS);
          errors.increment(error.REASS_FRAGMENTS_REASSEMBLED, reassembly.fragments);
        } else whole.error = error.NONE;
        const known = reassembly.writeTo(whole.bytes, to);
        ip4.setFlagsAndFragment(whole.view, to, 0);
        ip4.setTotalLength(whole.view, to, whole.length);
        ip4.setChecksum(whole.view, to, 0);
        ip4.setChecksum(whole.view, to, compute(whole.view, to, ip4.headerLength(whole.view, to)));
        cutOff(whole, to + known);
        forget(index, reassembly);
        graph.enqueue(whole, next.INPUT);
        return DONE;
      };
    },
  });

export const ip4FullReassembly = reassemblyNode({
  name: 'ip4-full-reassembly',
  errors: ip4FullReassemblyErrors,
  timeoutSeconds: 0.1,
  walkSeconds: 10,
  countsAll: false,
});
export const ip4LocalFullReassembly = reassemblyNode({
  name: 'ip4-local-full-reassembly',
  errors: ip4LocalFullReassemblyErrors,
  timeoutSeconds: 0.2,
  walkSeconds: 0.05,
  countsAll: true,
});
