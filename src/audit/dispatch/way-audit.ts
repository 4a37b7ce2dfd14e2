/** Tells where a frame's way through the graph is another than the model's, unless state that nobody told may be why. */

import { NEIGHBOUR_NODES, type Assumptions } from '../assumptions.js';
import type { Choices } from '../choices.js';
import type { Findings } from '../findings/findings.js';
import type { Arrival, Model } from '../model.js';
import { WayJudge, type WayDifference } from './way-judge.js';
import type { Way } from './way.js';

const NAT_NODES = /^nat(?:44|-)/;
export const CUT_WAY = 'the capture ends before its way does';
const UNSEEN_CHOICE = 'what NAT44 chose for a packet that did not leave';

export class WayAudit {
  readonly judge: WayJudge;

  constructor(
    private readonly model: Model,
    private readonly findings: Findings,
    private readonly assumptions: Assumptions,
    private readonly choices: Choices,
  ) {
    this.judge = new WayJudge(model.release);
  }

  /** A frame has run. */
  conclude({ claimed, frame }: Arrival, way: Way): void {
    const { model, findings } = this;
    const difference = this.judge.judge(way, model.way);
    if (difference === null) return;
    const why = claimed.length === 0 && this.isUnseenChoice(difference) ? UNSEEN_CHOICE : this.unknownState(difference);
    if (why === null) findings.otherWay(difference, model.frameStory(!model.hasLeft));
    else findings.unjudged.note(why, model.name, frame.isMeant);
  }

  private isUnseenChoice({ cause, node }: WayDifference): boolean {
    return cause === 'node-bytes' && NAT_NODES.test(node) && !this.choices.isCertain;
  }

  /** Why a node may have done otherwise than in the model: by state that nobody told; null for no such reason. */
  private unknownState({ cause, node }: WayDifference): string | null {
    const { knowsNat, knowsAcl, knowsNeighbours } = this.assumptions;
    if (cause === 'node-bytes') return null;
    if (NAT_NODES.test(node)) return knowsNat ? null : 'whether NAT44 had a session for it: a state would tell';
    if (node.startsWith('acl-plugin-'))
      return knowsAcl ? null : 'whether there was an ACL session for it: a state would tell';
    return NEIGHBOUR_NODES.has(node) && !knowsNeighbours
      ? 'whether the node knew a neighbour: a state would tell'
      : null;
  }
}
