/**
 * Counts what packets exercise while they run. A rule, mapping or pool address is exercised by the packet that it decides about
 * itself; the packets of sessions that came of it count apart. All packets count, also those that nodes make.
 */

import { ACTION_SESSION } from '../../pipeline/acl/match/acl-rules.js';
import { SESSION_TWICE_NAT } from '../../pipeline/nat-common/state/sessions.js';
import type { NodeScript } from '../../config/node-script.js';
import type { Dataplane } from '../../node/dataplane.js';
import * as entry from '../decisions/decision-log.js';
import type { DecisionLog } from '../decisions/decision-log.js';
import { DecisionObserver } from '../decisions/decision-observer.js';
import type { Coverage } from './coverage.js';
import { coverageItems } from './coverage-items.js';
import { BY_SESSION, DECIDED, dpoKey, newHits, ruleKey, type Hits } from './hits.js';

export class CoverageRecorder {
  private readonly hits: Hits = newHits();
  /** The packet that met the mapping counted last, which several nodes may ask for. */
  private mappingFrame = -1;
  private lastMapping = -1;

  /** Counts from now on. The dataplane has to record (see Dataplane), and has no other recorder. */
  constructor(private readonly dataplane: Dataplane) {
    DecisionObserver.of(dataplane).listener = (log, at, b): void => {
      this.count(log, at, b.frame);
    };
  }

  /** What was exercised so far, of all that the dataplane's script configures. */
  result(script: NodeScript): Coverage {
    return {
      configuration: script.file,
      frames: this.dataplane.totals.received,
      items: coverageItems(script, this.dataplane.tables, this.hits),
    };
  }

  private count({ words }: DecisionLog, at: number, frame: number): void {
    const { hits } = this;
    switch (words[at + entry.KIND]) {
      case entry.ACL:
        if (words[at + entry.ACL_INDEX] < 0) return;
        hits.rules.add(
          ruleKey(words[at + entry.ACL_INDEX], words[at + entry.ACL_RULE]),
          words[at + entry.ACL_ACTION] === ACTION_SESSION ? BY_SESSION : DECIDED,
        );
        return;
      case entry.NAT44:
        this.countNat(words, at, frame);
        return;
      case entry.ROUTE:
        hits.routes.add(
          words[at + entry.ROUTE_LOAD_BALANCE],
          dpoKey(words[at + entry.ROUTE_DPO_TYPE], words[at + entry.ROUTE_DPO_INDEX]),
        );
        return;
      default:
        hits.neighbours.add(words[at + entry.NEIGHBOUR_ADJACENCY], 0);
    }
  }

  private countNat(words: Int32Array, at: number, frame: number): void {
    const { hits } = this;
    const { sessions } = this.dataplane.tables.nat44;
    const session = words[at + entry.NAT_SESSION];
    const mapping = words[at + entry.NAT_MAPPING];
    const how = session < 0 || words[at + entry.NAT_IS_NEW] !== 0 ? DECIDED : BY_SESSION;
    if (mapping >= 0) {
      if (frame === this.mappingFrame && mapping === this.lastMapping) return;
      this.mappingFrame = frame;
      this.lastMapping = mapping;
      hits.mappings.add(mapping, how);
    } else if (session >= 0) hits.addresses.add(sessions.out2inAddress(session), how);
    if (session >= 0 && (sessions.flags(session) & SESSION_TWICE_NAT) !== 0)
      hits.twiceAddresses.add(sessions.extHostNatAddress(session), how);
  }
}
