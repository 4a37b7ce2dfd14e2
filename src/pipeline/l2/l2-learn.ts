/** l2-learn (VPP 19.08 src/vnet/l2/l2_learn.c): remembers behind which port the sender is. */

import { formatMac } from '../../wire/address.js';
import * as ethernet from '../../wire/ethernet.js';
import { FEATURE_LEARN } from './l2-features.js';
import { ENTRY_AGE_NOT, ENTRY_FILTER, ENTRY_STATIC } from './l2-fib.js';
import { errorSet } from '../engine/errors.js';
import { bridgeDomain } from '../engine/l2-opaque.js';
import { defineNode } from '../engine/node.js';
import { savedRow } from '../engine/state/saved-states.js';
import { L2_INPUT_NEXT, nextFeature, nodeByFeature } from './l2-next.js';
import { L2_LEARN } from './l2-trace.js';
import { putPacket } from '../trace/writers.js';

const l2LearnErrors = errorSet('l2-learn', {
  L2LEARN: 'L2 learn packets',
  MISS: 'L2 learn misses',
  MAC_MOVE: 'L2 mac moves',
  MAC_MOVE_VIOLATE: 'L2 mac move violations',
  LIMIT: 'L2 not learned due to limit',
  HIT_UPDATE: 'L2 learn hit updates',
  FILTER_DROP: 'L2 filter mac drops',
});

/** L2LEARN_DEFAULT_LIMIT */
const LEARN_LIMIT = 64 * 64 * 1024;

const UNKNOWN = -1;

/** VPP counts them in one octet. */
const minuteOf = (seconds: number): number => Math.floor(seconds / 60) & 0xff;

export const l2Learn = defineNode({
  name: 'l2-learn',
  trace: {
    role: 'l2',
    layout: L2_LEARN,
    when: 'before',
    writer: () => (b, records) => {
      records.write(L2_LEARN, b.swIfIndexRx, bridgeDomain(b));
      putPacket(b, records);
    },
  },
  next: { ...L2_INPUT_NEXT, DROP: 'error-drop' },
  errors: [l2LearnErrors],
  causes: {
    FILTERED: (b) =>
      `a filter entry of the L2 FIB drops what ${formatMac({ high: b.causeArg0, low: b.causeArg1 >>> 0 })} sends`,
    MOVED: (b) =>
      `${formatMac({ high: b.causeArg0, low: b.causeArg1 >>> 0 })} is configured on another port of the bridge domain`,
  },
  create: ({ next, cause, errors, clock, tables: { bridgeDomains, saved } }) => {
    const error = errors.ids(l2LearnErrors);
    const nodes = nodeByFeature(next);
    const { fib } = bridgeDomains;
    let learned = 0;
    saved.add(
      savedRow(
        'l2-learn',
        'addresses learned so far',
        () => [learned],
        ([count]) => (learned = count),
      ),
    );
    return (b) => {
      const { view, at, swIfIndexRx } = b;
      const domain = bridgeDomain(b);
      const high = ethernet.sourceHigh(view, at);
      const low = ethernet.sourceLow(view, at);
      const onward = nextFeature(b, nodes, FEATURE_LEARN);
      errors.increment(error.L2LEARN);
      const entry = fib.find(domain, high, low);
      if (entry === UNKNOWN) {
        errors.increment(error.MISS);
        if (learned >= LEARN_LIMIT) errors.increment(error.LIMIT);
        else if (high !== 0 || low !== 0) {
          learned++;
          fib.set(domain, high, low, swIfIndexRx, 0, minuteOf(clock.now));
        }
        return onward;
      }
      if (fib.swIfIndex[entry] === swIfIndexRx) return onward;
      const flags = fib.flags[entry];
      if ((flags & (ENTRY_FILTER | ENTRY_STATIC)) !== 0) {
        const isFilter = (flags & ENTRY_FILTER) !== 0;
        b.error = isFilter ? error.FILTER_DROP : error.MAC_MOVE_VIOLATE;
        b.cause = isFilter ? cause.FILTERED : cause.MOVED;
        b.causeArg0 = high;
        b.causeArg1 = low;
        return next.DROP;
      }
      errors.increment(error.MAC_MOVE);
      if ((flags & ENTRY_AGE_NOT) !== 0) learned++;
      fib.set(domain, high, low, swIfIndexRx, flags & ~ENTRY_AGE_NOT, minuteOf(clock.now));
      return onward;
    };
  },
});
