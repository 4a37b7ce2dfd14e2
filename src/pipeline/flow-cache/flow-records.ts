/**
 * From a packet that went its way to the record and the account of its flow, and whether a flow still is what it was when it was
 * learned.
 */

import { ALL_TCP_FLAGS, FlowEnds } from '../engine/flow-part.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Steps } from '../engine/steps.js';
import type { Tables } from '../engine/tables.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import { ONE_HOP } from '../../wire/header-loads.js';
import * as tcp from '../../wire/tcp.js';
import { limitOf } from '../ip6/ip6-rewrite.js';
import { deltaOf } from './checksum-delta.js';
import * as account from './flow-accounts.js';
import { ACCOUNT_WORDS, DETAIL_WORDS, type FlowAccounts } from './flow-accounts.js';
import type { FlowClass } from './flow-classes.js';
import * as field from './flow-record.js';
import { FLOW_IS_IP6, FLOW_WORDS, PROTOCOL_MASK } from './flow-record.js';
import { type FlowTable } from './flow-table.js';

export class FlowRecords {
  /** One flow's at a time. */
  private readonly ends = new FlowEnds();

  constructor(
    private readonly table: FlowTable,
    private readonly accounts: FlowAccounts,
    private readonly tables: Tables,
  ) {}

  /**
   * Writes the record and the account of a flow, whose key its record has, from a packet that the graph ran. False where the packet is
   * not what they would make of it.
   */
  write(flow: number, flowClass: FlowClass, steps: Steps, b: PacketBuffer, profile: number): boolean {
    const { table, accounts, tables, ends } = this;
    const { words } = table;
    const { details } = accounts;
    const at = flow * FLOW_WORDS;
    const d = flow * DETAIL_WORDS;
    const { adjacencies } = tables.ip4;
    const adjacency = b.adjIndexTx;
    this.start(flow, this.leavesOn(b));
    const { source, destination, ports, protocol, isIp6 } = ends;
    if (!flowClass.read(steps, ends, details, d + account.VALUES)) return false;
    // A UDP checksum that the first of two translations makes 0 is not changed by the second: no addition can know.
    if (protocol === ip4.PROTOCOL_UDP && (ends.action & (ends.action - 1)) !== 0) return false;
    const l3 = b.at + b.saveRewriteLength;
    const isAsWritten =
      isIp6 ||
      (ip4.source(b.view, l3) === ends.source &&
        ip4.destination(b.view, l3) === ends.destination &&
        b.view.getInt32(l3 + ip4.HEADER_BYTES) === ends.ports);
    const etherType = isIp6 ? ethernet.TYPE_IP6 : ethernet.TYPE_IP4;
    const hasHeader = b.saveRewriteLength >= ethernet.HEADER_BYTES && b.view.getUint16(l3 - 2) === etherType;
    if (!isAsWritten || !ends.isRewritten || !hasHeader) return false;
    const mtuBytes = adjacencies.mtuBytes[adjacency];
    words[at + field.MTU] = isIp6 ? limitOf(mtuBytes) : mtuBytes;
    field.setLeavesOn(words, at, tables.interfaces.all[ends.swIfIndexTx]);
    if (!isIp6) {
      words[at + field.ACTION] = ends.action;
      words[at + field.FINAL_SOURCE] = ends.source;
      words[at + field.FINAL_DESTINATION] = ends.destination;
      words[at + field.FINAL_PORTS] = ends.ports;
      const addressDelta = deltaOf(source, ends.source) + deltaOf(destination, ends.destination);
      words[at + field.IP_DELTA] = addressDelta + deltaOf(ONE_HOP, 0);
      words[at + field.L4_DELTA] = addressDelta + deltaOf(ports, ends.ports);
    }
    for (let word = 0; word < 3; word++) words[at + field.REWRITE + word] = adjacencies.rewrite[adjacency * 3 + word];

    details[d + account.CLASS] = flowClass.id;
    details[d + account.GENERATION] = tables.flowStamps.generation;
    const { needsAbsence } = ends;
    const bits =
      (flowClass.isTimed ? account.IS_TIMED : 0) |
      (needsAbsence ? account.NEEDS_ABSENCE : 0) |
      (flowClass.hasDeadline ? account.HAS_DEADLINE : 0);
    const own = accounts.words;
    const o = flow * ACCOUNT_WORDS;
    own[o + account.STATE] = (profile << account.PROFILE_SHIFT) | bits;
    own[o + account.STAMP] = needsAbsence ? tables.flowStamps.ofAbsence : tables.flowStamps.ofUse;
    own[o + account.PACKETS] = 0;
    words[at + field.REFUSED_TCP_FLAGS] = 0;
    if (ends.dependsOnLabel) {
      const label = b.view.getInt32(l3) & field.LABEL_MASK;
      words[at + field.REFUSED_TCP_FLAGS] = field.FLOW_HAS_LABEL | (label << field.LABEL_SHIFT);
      // What was matched by one label must never meet another one in the record.
      details[d + account.WAS_USED] = 1;
    }
    this.updateTcpFlags(flow, flowClass);
    this.updateDeadline(flow, flowClass);
    return true;
  }

  /** The interface that a packet which went its way left by: of a port's sub-interfaces, the one. */
  leavesOn({ adjIndexTx }: PacketBuffer): number {
    return this.tables.ip4.adjacencies.swIfIndex[adjIndexTx];
  }

  /** True where all that a flow's packets depend on is as it was when it was learned. */
  isUnchanged(flow: number, flowClass: FlowClass): boolean {
    const { ends, accounts, table, tables } = this;
    const { words } = table;
    const at = flow * FLOW_WORDS;
    const d = flow * DETAIL_WORDS;
    if (accounts.details[d + account.GENERATION] !== (tables.flowStamps.generation | 0)) return false;
    this.start(flow, field.leavesOn(words, at));
    return (
      flowClass.follow(ends, accounts.details, d + account.VALUES) &&
      (ends.isIp6 ||
        (ends.source === words[at + field.FINAL_SOURCE] &&
          ends.destination === words[at + field.FINAL_DESTINATION] &&
          ends.ports === words[at + field.FINAL_PORTS])) &&
      (this.refusedTcpFlags(flow, flowClass) & ~words[at + field.REFUSED_TCP_FLAGS]) === 0
    );
  }

  /** Until when packets may follow a flow, as its sessions are now. */
  updateDeadline(flow: number, flowClass: FlowClass): number {
    const { deadlines, details } = this.accounts;
    return (deadlines[flow] = flowClass.deadline(details, flow * DETAIL_WORDS + account.VALUES));
  }

  /** True where a packet that comes now may follow a flow whose deadline may be over; sees to it. */
  renew(flow: number, flowClass: FlowClass, now: number): boolean {
    if (!flowClass.renew(this.accounts.details, flow * DETAIL_WORDS + account.VALUES, now)) return false;
    return now <= this.updateDeadline(flow, flowClass);
  }

  /** Notes the TCP flags that a session of the flow has not seen yet: a packet with one changes more than times and counts. */
  updateTcpFlags(flow: number, flowClass: FlowClass): void {
    const { words } = this.table;
    const at = flow * FLOW_WORDS + field.REFUSED_TCP_FLAGS;
    words[at] = (words[at] & ~ALL_TCP_FLAGS) | this.refusedTcpFlags(flow, flowClass);
  }

  private refusedTcpFlags(flow: number, flowClass: FlowClass): number {
    if ((this.table.words[flow * FLOW_WORDS + field.PROTOCOL_RX] & PROTOCOL_MASK) !== ip4.PROTOCOL_TCP) return 0;
    const seen = flowClass.tcpFlags(this.accounts.details, flow * DETAIL_WORDS + account.VALUES);
    return (~seen & ALL_TCP_FLAGS) | tcp.SYN;
  }

  /** Begins with the ends that the flow's packets arrive with. */
  private start(flow: number, swIfIndexTx: number): void {
    const { ends } = this;
    const { words } = this.table;
    const at = flow * FLOW_WORDS;
    const protocolRx = words[at + field.PROTOCOL_RX];
    ends.source = words[at + field.SOURCE];
    ends.destination = words[at + field.DESTINATION];
    ends.ports = words[at + field.PORTS];
    ends.protocol = protocolRx & PROTOCOL_MASK;
    ends.isIp6 = (protocolRx & FLOW_IS_IP6) !== 0;
    if (ends.isIp6) this.table.readAddresses(flow, ends.addresses);
    ends.swIfIndexRx = field.receivedOn(words, at);
    ends.swIfIndexTx = swIfIndexTx;
    ends.fibIndex = this.tables.interfaces.all[ends.swIfIndexRx].fibIndex;
    ends.isRewritten = false;
    ends.action = 0;
    ends.isOverwritten = false;
    ends.needsAbsence = false;
    ends.dependsOnLabel = false;
  }
}
