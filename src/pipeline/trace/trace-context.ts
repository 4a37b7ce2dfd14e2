/** What wordings look up: how the release words what differs between releases, and the node as it is when the trace is printed. */

import type { Tables } from '../engine/tables.js';

/** A node's record is the same in all releases; its wording asks this. */
export interface TraceWording {
  readonly name: string;
  /** The ACL plugin's five-tuple: with lookup context and session key (19.08), or with interface and direction (18.04). */
  readonly aclTuple: 'lookup-context' | 'interface';
  /** A rewrite string has the largest packet that fits (`mtu:9000`). */
  readonly rewriteHasMtu: boolean;
  /** ethernet-input prints the flags of the vector that the packet came in. */
  readonly ethernetHasFrame: boolean;
  /** IP headers with DSCP and ECN, TCP headers with their options, echoes with their id (20.01 and later). */
  readonly headers: 'plain' | 'detailed';
  /** GRE headers are shown; later, those of IPv6 fragments. */
  readonly hasGre: boolean;
  /** A packet on its way between IP nodes is shown with FIB, object and flow hash, a rewrite string with its next index and flags. */
  readonly forwardHasIndices: boolean;
  /** ip4-frag tells the packet's length. */
  readonly fragmentationHasLength: boolean;
  /** pg-input tells the node that packets go to. */
  readonly streamHasNextNode: boolean;
  /** l2-input lists the features ahead. */
  readonly l2InputHasFeatures: boolean;
  /** What mpls-not-enabled prints. */
  readonly mplsDrop: string;
  /** ethernet-input-type shows an Ethernet header where there is only a type; it asks for no length of it, or for what happens to be there. */
  readonly typeOnlyHeader: 'truncated' | 'shown';
  /** How `<interface>-output` prints the buffer's flags. */
  readonly outputFlags: 'none' | 'names' | 'number';
  /** How a buffer goes on behind its length. */
  readonly bufferOrigin: string;
  /** It goes on with the length of the buffers behind it wherever the buffer says that it has that; else where there are any. */
  readonly totalLengthByFlag: boolean;
  /** How it introduces the trace it belongs to. */
  readonly traceHandle: string;
  /** Flags of a buffer whose names are others than in BUFFER_FLAGS. */
  readonly bufferFlags: Readonly<Record<string, string | undefined>>;
  /** DPDK's records print hash and flow director. */
  readonly mbufHasHash: boolean;
}

export interface TraceContext {
  readonly wording: TraceWording;
  readonly tables: Tables;
  /** 'node: reason' by error id. */
  readonly errorNames: readonly string[];
  /** Graph node names by index. */
  readonly nodeNames: readonly string[];
  /** Position of the trace among those in the buffer, from 0 (VPP's trace handle). */
  readonly handle: number;
}

/** Name of an interface. */
export const interfaceName = ({ tables }: TraceContext, swIfIndex: number): string =>
  tables.interfaces.all[swIfIndex]?.name ?? `DELETED (${swIfIndex})`;
