/**
 * nat44-ei-hairpinning (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei_in2out.c): on the ip4-local arc of local0, so that it sees the packets
 * to outside addresses whose source was translated and which are no TCP: theirs is the only interface that VPP leaves at 0.
 */

import { defineNode, type NodeFunction } from '../engine/node.js';
import { STEP_UNREPEATABLE } from '../engine/steps.js';
import { isCutForHairpin } from '../nat-common/cut-for-nat.js';
import { NAT_CAUSES } from '../nat-common/nat-causes.js';
import { hairpin, HAIRPINNED, UNCHANGED } from '../nat-common/nodes/hairpinning.js';
import { NatShell } from '../nat-common/nodes/nat-shell.js';
import { DESTINATION } from '../nat-common/rewrite.js';
import { in2outErrors } from './ei-errors.js';
import { EiIn2out } from './ei-strategies.js';
import { EI_HAIRPIN } from './ei-trace.js';

export const eiHairpinning = defineNode({
  name: 'nat44-ei-hairpinning',
  trace: {
    role: 'nat',
    layout: EI_HAIRPIN,
    when: 'after',
    writer: ({ tables: { nat44 } }) => {
      const { hairpin: to } = nat44;
      return (b, records) => {
        records.write(EI_HAIRPIN, to.address, to.port, b.swIfIndexTx, to.session);
      };
    },
  },
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
  causes: NAT_CAUSES,
  create: (context): NodeFunction => {
    const { next, arcs, graph } = context;
    const shell = new NatShell(context, { strategy: EiIn2out, errors: in2outErrors('nat44-ei-in2out') }, false);
    const { p, strategy, nat } = shell;
    return (b) => {
      shell.begin(b);
      if (isCutForHairpin(p)) return next.DROP;
      const answer = hairpin(strategy, p, p.portAt(DESTINATION), true);
      if (answer === UNCHANGED) graph.forgetVisit();
      if (answer === HAIRPINNED || nat.mappings.matchedIndex >= 0) shell.note(STEP_UNREPEATABLE);
      return answer === HAIRPINNED ? next.LOOKUP : arcs.next(b);
    };
  },
});
