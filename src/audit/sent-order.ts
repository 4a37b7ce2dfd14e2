/**
 * In which order packets left: those of a flow as they arrived, and, where it is known which frames came together, all that leave by an
 * interface as the model sends them.
 */

import { interfaceColumn } from '../pipeline/engine/state/interface-table.js';
import type { PacketFacts } from './packet-facts.js';

const FLOWS = 1 << 12;
const BEFORE_ALL = -1;

export class SentOrder {
  /** By a hash of the flow: all of its bits, and the index in the captures of what was sent last of it. */
  private readonly flows = new Int32Array(FLOWS);
  private readonly lastOfFlow = new Int32Array(FLOWS).fill(BEFORE_ALL);
  private readonly lastBy = interfaceColumn(BEFORE_ALL);

  /** A packet of a frame was found to be the one at `index`; false where another one of its flow that left earlier is behind it. */
  followsFlow({ ipProtocol, source, sourcePort, destination, destinationPort }: PacketFacts, index: number): boolean {
    let flow = Math.imul(source ^ ipProtocol, 0x9e3779b1);
    flow = Math.imul(flow ^ (flow >>> 15) ^ destination, 0x9e3779b1);
    flow = Math.imul(flow ^ (flow >>> 15) ^ ((sourcePort << 16) | destinationPort), 0x9e3779b1);
    const slot = flow >>> 20;
    const isKnown = this.flows[slot] === flow;
    if (isKnown && index < this.lastOfFlow[slot]) return false;
    this.flows[slot] = flow;
    this.lastOfFlow[slot] = index;
    return true;
  }

  /** The same of all packets that leave by an interface. */
  followsAll(swIfIndex: number, index: number): boolean {
    if (index < this.lastBy[swIfIndex]) return false;
    this.lastBy[swIfIndex] = index;
    return true;
  }
}
