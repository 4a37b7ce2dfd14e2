/**
 * nat44-ei-classify (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei.c nat44_ei_classify_inline_fn): on interfaces that are inside and outside,
 * packets to outside addresses and services take out2in, all others in2out.
 */

import * as ip4 from '../../wire/ip4.js';
import { errorSet } from '../engine/errors.js';
import { SILENT_FOR_A_FLOW } from '../engine/flow-part.js';
import { defineNode } from '../engine/node.js';
import { natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { EI_CLASSIFY } from './ei-trace.js';

const NAME = 'nat44-ei-classify';

const classifyErrors = errorSet(NAME, {
  NEXT_IN2OUT: 'next in2out',
  NEXT_OUT2IN: 'next out2in',
  FRAG_CACHED: 'fragment cached',
});

export const eiClassify = defineNode({
  name: NAME,
  trace: {
    layout: EI_CLASSIFY,
    when: 'after',
    writer: ({ nodeIndex }) => {
      const in2out = nodeIndex('nat44-ei-in2out');
      return (_, records) => {
        records.write(EI_CLASSIFY, records.next === in2out ? 1 : 0);
      };
    },
  },
  flow: () => SILENT_FOR_A_FLOW,
  next: { IN2OUT: 'nat44-ei-in2out', OUT2IN: 'nat44-ei-out2in' },
  errors: [classifyErrors],
  create: ({ next, errors, tables: { nat44 } }) => {
    const error = errors.ids(classifyErrors);
    const { pool, mappings } = nat44;
    /** A mapping of an address to itself is no reason to translate the destination. */
    const translates = (index: number): boolean => {
      const { localAddress, externalAddress } = mappings.pool.at(index);
      return localAddress !== externalAddress;
    };
    return (b) => {
      const { view, at } = b;
      const destination = ip4.destination(view, at);
      let isOut2in = pool.has(destination);
      if (!isOut2in && mappings.pool.count > 0) {
        let mapping = mappings.wholeByExternal(destination);
        if (mapping < 0) {
          const protocol = natProtocolOf(ip4.protocol(view, at));
          mapping = mappings.byExternal.get(destination, packKey(b.l4DestinationPort, protocol, 0));
        }
        isOut2in = mapping >= 0 && translates(mapping);
      }
      errors.increment(isOut2in ? error.NEXT_OUT2IN : error.NEXT_IN2OUT);
      return isOut2in ? next.OUT2IN : next.IN2OUT;
    };
  },
});
