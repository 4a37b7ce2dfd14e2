/**
 * ip4-icmp-error (VPP 19.08 src/vnet/ip/icmp4.c): answers a packet with an ICMP error, a new packet with its own route
 * look-up, and drops the packet. The sender put type, code and data into the buffer.
 *
 * The error about a packet that the capture cut off is as long as VPP's, as far as it is known; its checksum is not, and is 0.
 */

import * as icmp4 from '../../../wire/icmp4.js';
import * as ip4 from '../../../wire/ip4.js';
import { compute } from '../../../wire/checksum.js';
import { defineNode } from '../../engine/node.js';
import { savedRow } from '../../engine/state/saved-states.js';
import { FLAG_LOCALLY_ORIGINATED, FLAG_TRACED } from '../../engine/packet-buffer.js';
import { icmp4ErrorErrors } from '../ip4-errors.js';
import { ICMP_INPUT } from '../ip4-trace.js';
import { packetTrace } from '../../trace/writers.js';

const HEADERS_BYTES = ip4.HEADER_BYTES + icmp4.HEADER_BYTES;
/** RFC 1812 section 4.3.2.3: not larger than what every host must accept. */
const LARGEST_BYTES = 576;
const ERROR_TTL = 255;
/** Where errors are throttled, so long there is one for a pair of addresses (icmp_throttle, 1e-5). */
const QUIET_SECONDS = 1e-5;

export const ip4IcmpError = defineNode({
  name: 'ip4-icmp-error',
  trace: packetTrace(ICMP_INPUT),
  next: { DROP: 'ip4-drop', LOOKUP: 'ip4-lookup' },
  errors: [icmp4ErrorErrors],
  causes: {
    NO_ADDRESS: (b, { interfaces }) =>
      `${interfaces.all[b.swIfIndexRx].name} has no IPv4 address to send an ICMP error from`,
  },
  create: ({ next, cause, errors, tables, buffers, graph, clock }) => {
    const error = errors.ids(icmp4ErrorErrors);
    const { originatesErrors } = tables.composition.behaviour;
    const answered = new AddressPairs();
    let answeredSince = 0;
    tables.saved.add(
      savedRow(
        'ip4-icmp-error throttle',
        'since when, source and destination of each pair that was answered',
        () => [answeredSince, ...answered.words()],
        ([since, ...words]) => {
          answeredSince = since;
          answered.clear();
          for (let i = 0; i < words.length; i += 2) answered.add(words[i], words[i + 1]);
        },
      ),
    );
    return (b) => {
      if (originatesErrors) {
        if (clock.now - answeredSince > QUIET_SECONDS) {
          answered.clear();
          answeredSince = clock.now;
        }
        if (!answered.add(ip4.source(b.view, b.at), ip4.destination(b.view, b.at))) {
          errors.increment(error.DROP);
          return next.DROP;
        }
      }
      const made = buffers.quote(b, HEADERS_BYTES, LARGEST_BYTES);
      const { at, view } = made;
      const length = made.length + made.cutBytes;
      made.l3 = originatesErrors ? -1 : at; // in 26.06 a new buffer's flags do not say where it is
      made.l4 = at + ip4.HEADER_BYTES;
      if (originatesErrors) made.flags |= FLAG_LOCALLY_ORIGINATED | (b.flags & FLAG_TRACED);

      const destination = ip4.source(b.view, b.at);
      const source = tables.ip4.sourceAddress(b.swIfIndexRx, destination);
      ip4.setVersionIhl(view, at, 0x45);
      ip4.setTotalLength(view, at, length);
      ip4.setTtl(view, at, ERROR_TTL);
      ip4.setProtocol(view, at, ip4.PROTOCOL_ICMP);
      ip4.setSource(view, at, source ?? 0);
      ip4.setDestination(view, at, destination);
      ip4.setChecksum(view, at, compute(view, at, ip4.HEADER_BYTES));

      const l4 = made.l4;
      icmp4.setType(view, l4, b.icmpType);
      icmp4.setCode(view, l4, b.icmpCode);
      icmp4.setRest(view, l4, b.icmpData);
      if (made.cutBytes === 0) icmp4.setChecksum(view, l4, compute(view, l4, length - ip4.HEADER_BYTES));

      if (source === null) {
        made.cause = cause.NO_ADDRESS;
        errors.increment(error.DROP);
        graph.enqueue(made, next.DROP);
        return next.DROP;
      }
      errors.increment(counterOf(b.icmpType, error));
      graph.enqueue(made, next.LOOKUP);
      return next.DROP;
    };
  },
});

/** A few pairs of addresses. VPP keeps a bitmap of hashes; here two never collide. */
class AddressPairs {
  private readonly sources: number[] = [];
  private readonly destinations: number[] = [];

  words(): number[] {
    return this.sources.flatMap((source, i) => [source, this.destinations[i]]);
  }

  clear(): void {
    this.sources.length = this.destinations.length = 0;
  }

  /** False where the pair is there already. */
  add(source: number, destination: number): boolean {
    const { sources, destinations } = this;
    for (let i = 0; i < sources.length; i++) if (sources[i] === source && destinations[i] === destination) return false;
    sources.push(source);
    destinations.push(destination);
    return true;
  }
}

/** icmp4_icmp_type_to_error */
function counterOf(type: number, error: Readonly<Record<keyof typeof icmp4ErrorErrors.texts, number>>): number {
  switch (type) {
    case icmp4.DESTINATION_UNREACHABLE:
      return error.DEST_UNREACH_SENT;
    case icmp4.TIME_EXCEEDED:
      return error.TTL_EXPIRE_SENT;
    case icmp4.PARAMETER_PROBLEM:
      return error.PARAM_PROBLEM_SENT;
    default:
      return error.DROP;
  }
}
