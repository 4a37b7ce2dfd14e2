/**
 * Counts what packets exercise while they run. A rule, mapping or pool address is exercised by the packet that it decides about
 * itself; the packets of sessions that came of it count apart. All packets count, also those that nodes make.
 */

import type { Dataplane } from '../../dataplane/dataplane.js';
import { decidingRule } from '../../pipeline/acl/acl-step-words.js';
import { ACL_VERDICT } from '../../pipeline/acl/acl-steps.js';
import { ACTION_SESSION } from '../../pipeline/acl/match/acl-rules.js';
import type { NodeScript } from '../../config/node-script.js';
import type { StepKind, StepReader, Steps } from '../../pipeline/engine/steps.js';
import { NEIGHBOUR, ROUTE } from '../../pipeline/fib/fib-steps.js';
import { NAT44 } from '../../pipeline/nat-common/nat-steps.js';
import { SESSION_TWICE_NAT } from '../../pipeline/nat-common/state/sessions.js';
import type { SessionMaker } from '../../pipeline/step-words.js';
import { FrameSteps } from '../frame-steps.js';
import type { Coverage } from './coverage.js';
import { coverageItems } from './coverage-items.js';
import { BY_SESSION, DECIDED, dpoKey, newHits, ruleKey, type Hits } from './hits.js';

export class CoverageRecorder implements StepReader {
  private readonly hits: Hits = newHits();
  private readonly frameSteps: FrameSteps;
  /** The packet that met the mapping counted last, which several nodes may ask for. */
  private mappingFrame = -1;
  private lastMapping = -1;

  /** Counts from now on. */
  constructor(private readonly dataplane: Dataplane) {
    this.frameSteps = FrameSteps.of(dataplane);
    dataplane.graph.steps.attach(this);
  }

  /** What was exercised so far, of all that the dataplane's script configures. */
  result(script: NodeScript): Coverage {
    return {
      configuration: script.file,
      frames: this.dataplane.totals.received,
      items: coverageItems(script, this.dataplane.tables, this.hits),
    };
  }

  read(steps: Steps, at: number): void {
    const { hits } = this;
    const { words } = steps;
    const kind = steps.kindAt(at);
    if (kind === ACL_VERDICT) this.countRule(steps, at);
    else if (kind === NAT44) this.countNat(words, at);
    else if (kind === ROUTE)
      hits.routes.add(
        words[at + ROUTE.at.loadBalance],
        dpoKey(words[at + ROUTE.at.dpoType], words[at + ROUTE.at.dpoIndex]),
      );
    else if (kind === NEIGHBOUR) hits.neighbours.add(words[at + NEIGHBOUR.at.adjacency], 0);
  }

  private countRule(steps: Steps, at: number): void {
    const isSession = steps.words[at + ACL_VERDICT.at.action] === ACTION_SESSION;
    const { acl, rule } = decidingRule(at, { steps, makerOf: this.makerOf });
    if (acl >= 0) this.hits.rules.add(ruleKey(acl, rule), isSession ? BY_SESSION : DECIDED);
  }

  /** This is shown a step after the makers of sessions are. */
  private readonly makerOf = (kind: StepKind, session: number): SessionMaker | null =>
    this.frameSteps.madeBy(kind, session);

  private countNat(words: Int32Array, at: number): void {
    const { hits } = this;
    const { sessions } = this.dataplane.tables.nat44;
    const session = words[at + NAT44.at.session];
    const met = words[at + NAT44.at.mapping];
    const mapping = met >= 0 || session < 0 ? met : (this.makerOf(NAT44, session)?.first ?? -1);
    const how = session < 0 || words[at + NAT44.at.isNew] !== 0 ? DECIDED : BY_SESSION;
    if (mapping >= 0) {
      const { frame } = this.dataplane.frame;
      if (frame === this.mappingFrame && mapping === this.lastMapping) return;
      this.mappingFrame = frame;
      this.lastMapping = mapping;
      hits.mappings.add(mapping, how);
    } else if (session >= 0) hits.addresses.add(sessions.out2inAddress(session), how);
    if (session >= 0 && (sessions.flags(session) & SESSION_TWICE_NAT) !== 0)
      hits.twiceAddresses.add(sessions.extHostNatAddress(session), how);
  }
}
