/**
 * One packet on its way through the graph: the bytes, borrowed from a chunk, and the metadata that VPP keeps in
 * vlib_buffer_t and its opaque area (VPP 19.08 src/vlib/buffer.h, src/vnet/buffer.h).
 *
 * Every field is a small integer, so the object keeps one shape and nothing on it is allocated per frame. Indices use
 * -1 where VPP uses ~0.
 */

/** vlib/buffer.h and vnet/buffer.h flags that the model needs; the values are our own. */
export const FLAG_IS_NATED = 1 << 0; // VNET_BUFFER_F_IS_NATED
export const FLAG_LOCALLY_ORIGINATED = 1 << 1; // VNET_BUFFER_F_LOCALLY_ORIGINATED
export const FLAG_TRACED = 1 << 2; // VLIB_BUFFER_IS_TRACED: nodes are recorded in the frame's path
export const FLAG_L4_CHECKSUM_COMPUTED = 1 << 3; // VNET_BUFFER_F_L4_CHECKSUM_COMPUTED
export const FLAG_L4_CHECKSUM_CORRECT = 1 << 4; // VNET_BUFFER_F_L4_CHECKSUM_CORRECT
export const FLAG_VLAN_1_DEEP = 1 << 6; // VNET_BUFFER_F_VLAN_1_DEEP
export const FLAG_VLAN_2_DEEP = 1 << 13; // VNET_BUFFER_F_VLAN_2_DEEP
export const FLAG_ORIGINATED = 1 << 5; // made by a node (ICMP error, ARP, fragment): not one of the received frames
export const FLAG_CHECKSUM_ASSUMED = 1 << 7; // over bytes that the capture cut off: a node took it for right
export const FLAG_CHECKSUM_UNKNOWN = 1 << 8; // of an ICMP error about a packet that the capture cut off
export const FLAG_NAT44_MISSED = 1 << 9; // NAT44 had neither session nor mapping for it and let it pass
export const FLAG_WAITED = 1 << 10; // a fragment that came earlier, which the frame set free
export const FLAG_IS_IP4 = 1 << 11; // VNET_BUFFER_F_IS_IP4, as far as 26.06 shows it
export const FLAG_IS_IP6 = 1 << 16; // VNET_BUFFER_F_IS_IP6, as far as 26.06 shows it
export const FLAG_TOTAL_LENGTH_VALID = 1 << 14; // VLIB_BUFFER_TOTAL_LENGTH_VALID
export const FLAG_TRACED_AT_TX = 1 << 15; // traced, but in a frame that is not: only the driver's node, which asks the packet, leaves a record
export const FLAG_ID_UNKNOWN = 1 << 12; // its IP id is one that VPP draws

export class PacketBuffer {
  /** The chunk that holds the packet, as bytes and as a view of the same bytes. */
  bytes: Uint8Array;
  view: DataView;
  /** First byte of the current header in the chunk (vlib current_data); moves as nodes strip and prepend headers. */
  at = 0;
  /** Bytes from `at` to the packet's end as far as captured (vlib current_length). */
  length = 0;
  /** Bytes that the wire had beyond the captured end: snaplen cut them. Length checks use length + cutBytes. */
  cutBytes = 0;
  /** Where VPP's buffer data begins, from which it counts current_data and header offsets. */
  dataAt = 0;
  /** Where the headers start in the chunk, as VPP notes it (l2_hdr_offset and its like); -1 where unset. */
  l2 = -1;
  l3 = -1;
  l4 = -1;

  /** True for a buffer of the BufferPool, which gets it back when its way ends; false for one that borrows a capture's chunk. */
  isPooled = false;
  /** Whose steps are whose (steps.ts): 0 for a received frame, other numbers for packets of the BufferPool. */
  number = 0;
  /** Set by a node that keeps the buffer beyond its DONE; cleared when it sends the buffer on. */
  isHeld = false;
  /** Index of the input frame that this packet is, or descends from. */
  frame = 0;
  flags = 0;
  /** Error index (Errors.id); what `drop` and `punt` print. 0 is "null-node: blackholed packets". */
  error = 0;
  /** Cause index (Causes.id) of what really decides the packet's fate; 0 for none yet. */
  cause = 0;
  /** Detail for the cause's sentence, e.g. ACL index and rule index, or an adjacency. */
  causeArg0 = -1;
  causeArg1 = -1;

  /** sw_if_index[VLIB_RX] and [VLIB_TX]. TX is -1 until known; before a lookup it may name the FIB to use. */
  swIfIndexRx = 0;
  swIfIndexTx = -1;

  /** Position in FeatureArcs' chain array of the next feature to visit (vlib current_config_index). */
  featureAt = 0;
  /** Index of the arc being walked (feature_arc_index). */
  featureArc = 0;

  /** ip.adj_index[VLIB_TX]: adjacency or other DPO index chosen by the lookup. */
  adjIndexTx = -1;
  /** ip.adj_index[VLIB_RX], which shares its place with snat.flags in VPP's union: either reads what the other wrote. */
  adjIndexRx = -1;
  /** ip.flow_hash, ip.fib_index, ip.save_rewrite_length */
  flowHash = 0;
  fibIndex = -1;
  saveRewriteLength = 0;
  /** ip.rx_sw_if_index: whose ip4-local arc a packet to the node runs through (26.06). reass.tcp_seq_number has the same place. */
  localRxSwIfIndex = 0;
  /** ip.icmp.{type,code,data}: the ICMP error to send, set by whoever sends a packet to ip4-icmp-error. */
  icmpType = 0;
  icmpCode = 0;
  icmpData = 0;
  /** ip_frag.mtu */
  fragMtu = 0;
  /**
   * ip.reass, which shallow virtual reassembly leaves for the nodes behind it: protocol, ports (an ICMP query's identifier in both; 0 for
   * none) and TCP flags or ICMP type of the datagram's first fragment, and whether this one is another.
   */
  l4Protocol = 0;
  l4SourcePort = 0;
  l4DestinationPort = 0;
  icmpTypeOrTcpFlags = 0;
  isNonFirstFragment = false;
  /** nat.arc_next, of a second opaque area: the node behind NAT44's on the arc. */
  arcNext = 0;

  constructor(bytes: Uint8Array, view: DataView) {
    this.bytes = bytes;
    this.view = view;
  }

  /** Makes this buffer the frame at [at, at + length) of a chunk, with all metadata as after reception. */
  reset(bytes: Uint8Array, view: DataView, at: number, length: number, swIfIndexRx: number): void {
    this.bytes = bytes;
    this.view = view;
    this.at = at;
    this.length = length;
    this.cutBytes = 0;
    this.isPooled = false;
    this.isHeld = false;
    this.dataAt = at;
    this.l2 = -1;
    this.l3 = -1;
    this.l4 = -1;
    this.flags = 0;
    this.error = 0;
    this.cause = 0;
    this.causeArg0 = -1;
    this.causeArg1 = -1;
    this.swIfIndexRx = swIfIndexRx;
    this.swIfIndexTx = -1;
    this.featureAt = 0;
    this.featureArc = 0;
    this.adjIndexTx = 0;
    this.adjIndexRx = -1;
    this.flowHash = 0;
    this.fibIndex = -1;
    this.saveRewriteLength = 0;
    this.localRxSwIfIndex = 0;
    this.icmpType = 0;
    this.icmpCode = 0;
    this.icmpData = 0;
    this.fragMtu = 0;
    this.l4Protocol = 0;
    this.l4SourcePort = 0;
    this.l4DestinationPort = 0;
    this.icmpTypeOrTcpFlags = 0;
    this.isNonFirstFragment = false;
    this.arcNext = 0;
  }

  /** Takes over all metadata of another packet (vlib_buffer_copy), not its bytes. */
  copyMetadata(from: PacketBuffer): void {
    this.at = from.at;
    this.length = from.length;
    this.cutBytes = from.cutBytes;
    this.dataAt = from.dataAt;
    this.l2 = from.l2;
    this.l3 = from.l3;
    this.l4 = from.l4;
    this.frame = from.frame;
    this.flags = from.flags;
    this.error = from.error;
    this.cause = from.cause;
    this.causeArg0 = from.causeArg0;
    this.causeArg1 = from.causeArg1;
    this.swIfIndexRx = from.swIfIndexRx;
    this.swIfIndexTx = from.swIfIndexTx;
    this.featureAt = from.featureAt;
    this.featureArc = from.featureArc;
    this.adjIndexTx = from.adjIndexTx;
    this.adjIndexRx = from.adjIndexRx;
    this.flowHash = from.flowHash;
    this.fibIndex = from.fibIndex;
    this.saveRewriteLength = from.saveRewriteLength;
    this.localRxSwIfIndex = from.localRxSwIfIndex;
    this.icmpType = from.icmpType;
    this.icmpCode = from.icmpCode;
    this.icmpData = from.icmpData;
    this.fragMtu = from.fragMtu;
    this.l4Protocol = from.l4Protocol;
    this.l4SourcePort = from.l4SourcePort;
    this.l4DestinationPort = from.l4DestinationPort;
    this.icmpTypeOrTcpFlags = from.icmpTypeOrTcpFlags;
    this.isNonFirstFragment = from.isNonFirstFragment;
    this.arcNext = from.arcNext;
  }

  /** What ip4-icmp-error is to answer. In VPP's union type and code are in the place of the flow hash. */
  setIcmpError(type: number, code: number, data = 0): void {
    this.flowHash = (this.flowHash & 0xffff0000) | (code << 8) | type;
    this.icmpType = type;
    this.icmpCode = code;
    this.icmpData = data;
  }

  /** Renumbers the header positions after the packet's bytes were moved so that it starts at `at`. */
  moveTo(at: number): void {
    const by = at - this.at;
    this.dataAt += by;
    if (this.l2 >= 0) this.l2 += by;
    if (this.l3 >= 0) this.l3 += by;
    if (this.l4 >= 0) this.l4 += by;
    this.at = at;
  }

  /** vlib_buffer_advance: moves the start by `bytes`, forward to strip a header, backward (negative) to prepend one. */
  advance(bytes: number): void {
    this.at += bytes;
    this.length -= bytes;
  }
}
