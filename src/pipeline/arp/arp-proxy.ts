/**
 * arp-proxy (VPP 19.08 src/vnet/ethernet/arp.c, 26.06 src/vnet/arp/arp_proxy.c): answers requests for addresses of ranges in the
 * interface's own name, where arp-reply had no answer.
 */

import * as arp from '../../wire/arp.js';
import { errorSet } from '../engine/errors.js';
import { defineNode } from '../engine/node.js';
import type { FeatureTable } from '../engine/state/feature-table.js';
import { packetTrace } from '../trace/writers.js';
import { ARP_TEXTS } from './arp-input.js';
import { ARP_INPUT } from './arp-trace.js';
import { replyMaker } from './make-reply.js';

export interface ProxyRange {
  /** As unsigned numbers, both included. */
  readonly low: number;
  readonly high: number;
  readonly fibIndex: number;
}

export class ProxyArp {
  readonly ranges: ProxyRange[] = [];
  private readonly on = new Set<number>();

  constructor(private readonly features: FeatureTable) {}

  add(range: ProxyRange): void {
    if (this.indexOf(range) < 0) this.ranges.push(range);
  }

  /** False where there is no such range. */
  remove(range: ProxyRange): boolean {
    const index = this.indexOf(range);
    if (index >= 0) this.ranges.splice(index, 1);
    return index >= 0;
  }

  enable(swIfIndex: number, isOn: boolean): void {
    if (this.on.has(swIfIndex) === isOn) return;
    if (isOn) this.features.enable('arp', 'arp-proxy', swIfIndex);
    else this.features.disable('arp', 'arp-proxy', swIfIndex);
    if (isOn) this.on.add(swIfIndex);
    else this.on.delete(swIfIndex);
  }

  private indexOf({ low, high, fibIndex }: ProxyRange): number {
    return this.ranges.findIndex((one) => one.low === low && one.high === high && one.fibIndex === fibIndex);
  }
}

const arpProxyErrors = errorSet('arp-proxy', ARP_TEXTS);

export const arpProxy = defineNode({
  name: 'arp-proxy',
  trace: packetTrace(ARP_INPUT, 'fork'),
  next: { DROP: 'error-drop', TX: 'interface-output' },
  errors: [arpProxyErrors],
  create: ({ next, errors, tables }) => {
    const error = errors.ids(arpProxyErrors);
    const { interfaces, proxyArp } = tables;
    const makeReply = replyMaker(tables);
    return (b) => {
      const { view, at } = b;
      if (arp.operation(view, at) !== arp.OPERATION_REQUEST) {
        b.error = error.replies_sent;
        return next.DROP;
      }
      const wanted = arp.targetAddress(view, at);
      const fibIndex = interfaces.fibIndexOf[b.swIfIndexRx];
      for (const range of proxyArp.ranges)
        if (range.fibIndex === fibIndex && wanted >>> 0 >= range.low && wanted >>> 0 <= range.high) {
          errors.increment(error.replies_sent);
          makeReply(b, wanted);
          return next.TX;
        }
      return next.DROP;
    };
  },
});
