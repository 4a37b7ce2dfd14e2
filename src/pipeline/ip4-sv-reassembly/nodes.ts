/**
 * Shallow virtual reassembly as a feature of interfaces (VPP 26.06 src/vnet/ip/reass/ip4_sv_reass.c): fragments stay what they are, and
 * each goes on with protocol and ports of the datagram's first one. Those that come before it wait, and leave with it, before it.
 */

import * as ip4 from '../../wire/ip4.js';
import { errorSet } from '../engine/errors.js';
import { SILENT_FOR_A_FLOW } from '../engine/flow-part.js';
import { defineNode, DONE, end, type AnyNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import { FLAG_WAITED, type PacketBuffer } from '../engine/packet-buffer.js';
import type { TraceRecords } from '../engine/trace/trace-records.js';
import { isHeaderTruncated, isL4Cut, readL4 } from './l4-header.js';
import { FRAGMENTS_MAX, LRU_PRESSURE, NOTHING_ENDED, type SvKey, type SvReassembly } from './sv-reassemblies.js';
import * as trace from './sv-trace.js';

const LARGEST_DATAGRAM = 65535 - 20;
/** RFC 791: all fragments but the last are multiples of 8 bytes. */
const SMALLEST_FRAGMENT = 8;

const CAUSES = {
  MALFORMED: 'the fragment is empty, too small or reaches beyond the largest datagram',
};

interface SvNode {
  readonly name: string;
  /** Behind the Ethernet header that ip4-rewrite prepended. */
  readonly isOutput: boolean;
}

const svNode = (declaration: SvNode): AnyNode => {
  const { name } = declaration;
  return defineNode({
    name,
    trace: { role: 'fork', layout: trace.IP4_SV_REASS, when: 'after' },
    next: { DROP: 'ip4-drop' },
    errors: [errorsOf(name)],
    causes: CAUSES,
    flow: () => SILENT_FOR_A_FLOW,
    create: (context) => reassemble(context, declaration),
  });
};

const errorsOf = (owner: string) =>
  errorSet(owner, {
    LIMIT_REACHED: 'drops due to concurrent reassemblies limit',
    FRAGMENT_CHAIN_TOO_LONG: 'fragment chain too long (drop)',
    MALFORMED_PACKET: 'malformed packets',
    UNSUPPORTED_PROTOCOL: 'unsupported ip protocol',
  });

function reassemble(
  { next, cause, errors, tables, arcs, buffers, graph, records }: NodeContext<'DROP', keyof typeof CAUSES>,
  { name, isOutput }: SvNode,
): NodeFunction {
  const error = errors.ids(errorsOf(name));
  const { ip4SvReassembly: reassemblies, interfaces } = tables;
  const { fibIndexOf } = interfaces;
  const log = records === null ? null : new Log(records);

  /** Forwards a fragment that waited, on the account of the packet that set it free. */
  const free = (of: SvReassembly, by: PacketBuffer): void => {
    for (const fragment of of.held) {
      fragment.isHeld = false;
      fragment.flags |= FLAG_WAITED;
      fragment.frame = by.frame;
      const l3 = isOutput ? fragment.at + fragment.saveRewriteLength : fragment.at;
      inherit(fragment, of, ip4.fragmentOffset(fragment.view, l3) !== 0);
      log?.ports(trace.FORWARDED, of);
      graph.enqueue(fragment, arcs.next(fragment));
    }
    of.held.length = 0;
  };

  /** Fragments whose reassembly ended without a first one, which no drop tells of. */
  const discard = (): void => {
    for (const one of reassemblies.discarded) {
      one.isHeld = false;
      buffers.release(one);
    }
    reassemblies.discarded.length = 0;
  };

  const giveUp = (of: SvReassembly, counter: number): number => {
    errors.increment(counter);
    log?.freed(trace.FREED_ERROR);
    reassemblies.end(of);
    discard();
    return DONE;
  };

  const fragment = (b: PacketBuffer, l3: number): number => {
    const { view } = b;
    const offset = ip4.fragmentOffset(view, l3);
    const length = ip4.totalLength(view, l3) - ip4.headerLength(view, l3);
    const hasMore = (ip4.flagsAndFragment(view, l3) & ip4.MORE_FRAGMENTS) !== 0;
    if (length <= 0 || offset * 8 + length > LARGEST_DATAGRAM || (length < SMALLEST_FRAGMENT && hasMore)) {
      graph.forgetVisit();
      return end(b, error.MALFORMED_PACKET, cause.MALFORMED, next.DROP);
    }
    if (offset === 0 && isL4Cut(b, l3)) return next.DROP;
    const key = keyOf(b, l3, fibIndexOf[b.swIfIndexRx]);
    log?.lookup(key);
    const of = reassemblies.findOrCreate(key);
    if (reassemblies.discarded.length > 0) discard();
    if (reassemblies.ended !== NOTHING_ENDED)
      log?.freed(reassemblies.ended === LRU_PRESSURE ? trace.FREED_LRU : trace.FREED_TIMEOUT);
    if (of.hasFirst) {
      inherit(b, of, offset !== 0);
      log?.ports(trace.FORWARDED, of);
      return arcs.next(b);
    }
    if (offset === 0) {
      of.l4Protocol = ip4.protocol(view, l3);
      readL4(b, l3);
      of.l4SourcePort = b.l4SourcePort;
      of.l4DestinationPort = b.l4DestinationPort;
      if (of.l4SourcePort === 0 || of.l4DestinationPort === 0) return giveUp(of, error.UNSUPPORTED_PROTOCOL);
      of.icmpTypeOrTcpFlags = b.icmpTypeOrTcpFlags;
      if (of.l4Protocol === ip4.PROTOCOL_TCP) of.localRxSwIfIndex = b.localRxSwIfIndex;
      of.hasFirst = true;
      log?.ports(trace.FIRST_FRAGMENT, of);
    }
    if (!hasMore) log?.operation(trace.LAST_FRAGMENT, of);
    if (of.hasFirst) {
      free(of, b);
      inherit(b, of, false);
      log?.ports(trace.FORWARDED, of);
      return arcs.next(b);
    }
    log?.operation(trace.CACHED, of);
    if (of.held.length === FRAGMENTS_MAX) return giveUp(of, error.FRAGMENT_CHAIN_TOO_LONG);
    const copy = buffers.copy(b);
    copy.isHeld = true;
    of.held.push(copy);
    return DONE;
  };

  return (b) => {
    const l3 = isOutput ? b.at + b.saveRewriteLength : b.at;
    if (ip4.isFragment(b.view, l3)) return fragment(b, l3);
    b.isNonFirstFragment = false;
    b.l4Protocol = ip4.protocol(b.view, l3);
    if (b.cutBytes !== 0 && isL4Cut(b, l3)) return next.DROP;
    const isTruncated = isHeaderTruncated(b.view, l3);
    if (isTruncated) keepStale(b);
    else {
      readL4(b, l3);
      placePorts(b);
    }
    log?.whole(isTruncated);
    return arcs.next(b);
  };
}

/** Of a header that is not all there VPP reads nothing: the ports stay what their place was used for before, ip.flow_hash. */
function keepStale(b: PacketBuffer): void {
  const { flowHash } = b;
  b.l4SourcePort = ((flowHash & 0xff) << 8) | ((flowHash >>> 8) & 0xff);
  b.l4DestinationPort = ((flowHash >>> 8) & 0xff00) | (flowHash >>> 24);
}

function inherit(b: PacketBuffer, of: SvReassembly, isNonFirst: boolean): void {
  b.isNonFirstFragment = isNonFirst;
  b.l4Protocol = of.l4Protocol;
  b.l4SourcePort = of.l4SourcePort;
  b.l4DestinationPort = of.l4DestinationPort;
  b.icmpTypeOrTcpFlags = of.icmpTypeOrTcpFlags;
  b.localRxSwIfIndex = of.localRxSwIfIndex;
  placePorts(b);
}

/** The ports' place in VPP's union is that of ip.flow_hash, which traces show. */
function placePorts(b: PacketBuffer): void {
  const { l4SourcePort: from, l4DestinationPort: to } = b;
  b.flowHash = ((to & 0xff) << 24) | ((to & 0xff00) << 8) | ((from & 0xff) << 8) | (from >>> 8);
}

const keyOf = ({ view }: PacketBuffer, l3: number, fibIndex: number): SvKey => [
  fibIndex,
  ip4.source(view, l3),
  ip4.destination(view, l3),
  (ip4.identification(view, l3) << 8) | ip4.protocol(view, l3),
];

/** Writes the nodes' trace records. */
class Log {
  constructor(private readonly records: TraceRecords) {}

  lookup([fibIndex, source, destination, idAndProtocol]: SvKey): void {
    const protocol = idAndProtocol & 0xff;
    this.write(trace.LOOKUP, 0, fibIndex, idAndProtocol >>> 8, protocol, source, destination);
  }

  ports(action: number, of: SvReassembly): void {
    if (!this.records.isOn) return;
    this.write(action, 0, of.id, of.operations++, of.l4Protocol, of.l4SourcePort, of.l4DestinationPort);
  }

  operation(action: number, of: SvReassembly): void {
    if (this.records.isOn) this.write(action, 0, of.id, of.operations++, 0, 0, 0);
  }

  freed(action: number): void {
    this.write(action, 0, 0, 0, 0, 0, 0);
  }

  whole(isTruncated: boolean): void {
    this.write(trace.NOT_FRAGMENTED, isTruncated ? 1 : 0, 0, 0, 0, 0, 0);
  }

  private write(...fields: number[]): void {
    if (this.records.isOn) this.records.write(trace.IP4_SV_REASS, ...fields);
  }
}

export const svNodes: readonly AnyNode[] = [
  svNode({ name: 'ip4-sv-reassembly-feature', isOutput: false }),
  svNode({ name: 'ip4-sv-reassembly-output-feature', isOutput: true }),
];
