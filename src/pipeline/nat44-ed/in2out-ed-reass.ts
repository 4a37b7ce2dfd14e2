/**
 * nat44-ed-in2out-reass and nat44-ed-in2out-reass-output (VPP 19.08 src/plugins/nat/in2out_ed.c
 * nat44_ed_in2out_reass_node_fn_inline): fragments of inside hosts.
 */

import * as ip4 from '../../wire/ip4.js';
import { REASS_DONT_TRANSLATE, type Reassembly } from '../nat-common/state/reassembly.js';
import { keyFib, NAT_ICMP, natProtocolOf } from '../nat-common/state/session-key.js';
import type { ErrorSet } from '../engine/errors.js';
import { isCutForEd } from '../nat-common/cut-for-nat.js';
import { FragmentKeeper, isFirstFragment } from '../nat-common/fragments.js';
import { DESTINATION, rewriteAddress, SOURCE } from '../nat-common/rewrite.js';
import { DONE, defineNode, type AnyNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { ED_CAUSES } from './ed-causes.js';
import { edIn2outReassErrors, edIn2outReassOutputErrors, type EdErrorIds } from './ed-errors.js';
import { hairpinning } from './ed-hairpinning.js';
import { bypassesOutput } from './ed-not-translate.js';
import { DROPPED, EdWork, NO_SESSION } from './ed-work.js';
import { rewriteIn2out, sessionForIn2out } from './in2out-ed.js';
import { translateIcmpIn2out } from './in2out-ed-icmp.js';
import { rewriteTwiceFragment } from './rewrite-ed.js';
import { reassTrace } from '../nat-common/nat-trace.js';

/** VPP's next indices, for traces. */
const NEXT_LOOKUP = 0;
const NEXT_DROP = 1;

interface Variant {
  readonly name: string;
  readonly isOutput: boolean;
  readonly errors: ErrorSet<keyof EdErrorIds>;
}

function create(
  context: NodeContext<'LOOKUP' | 'DROP', keyof typeof ED_CAUSES>,
  { name, isOutput, errors: own }: Variant,
): NodeFunction {
  const { next, cause, errors, tables, graph } = context;
  const nat = tables.nat44;
  const { sessions } = nat;
  const w = new EdWork(tables, errors, own, cause);
  const { error } = w;
  // Both nodes count in nat44-ed-in2out-reass; the reason of a drop is the node's own.
  const count: EdErrorIds = errors.ids(edIn2outReassErrors);
  const keeper = new FragmentKeeper(nat, context.buffers, graph, error.DROP_FRAGMENT, cause.DROP_FRAGMENT);
  const self = graph.nodeIndex(name);

  const drop = (): number => {
    nat.lastNextIndex = NEXT_DROP;
    return next.DROP;
  };
  const pass = (): number => {
    nat.lastNextIndex = NEXT_LOOKUP;
    errors.increment(count.PROCESSED_FRAGMENTS);
    return next.LOOKUP;
  };

  const firstIcmp = (b: PacketBuffer, l3: number, l4: number, reassembly: Reassembly<object>): number => {
    if (isOutput) {
      // VPP 19.08 lets it go untranslated; without a bypass session the other fragments then wait in vain.
      if (bypassesOutput(w, b, l3, l4)) reassembly.flags |= REASS_DONT_TRANSLATE;
      return pass();
    }
    const session = translateIcmpIn2out(w, b, l3, l4);
    if (session === DROPPED) return drop();
    if (session < 0) reassembly.flags |= REASS_DONT_TRANSLATE;
    else reassembly.session = session;
    keeper.release(reassembly, b, self);
    return pass();
  };

  /** Translates the source, hairpins, and counts. */
  const translate = (
    b: PacketBuffer,
    l3: number,
    l4: number,
    session: number,
    protocol: number,
    isFirst: boolean,
  ): number => {
    const { view } = b;
    const address = sessions.out2inAddress(session);
    const word = sessions.out2inWord(session);
    nat.lastSession = session;
    if (!isOutput) b.swIfIndexTx = keyFib(word);
    if (isFirst) rewriteIn2out(w, b, l3, l4, session, protocol, 0);
    else if (w.isTwiceNat(session))
      rewriteTwiceFragment(view, l3, SOURCE, address, DESTINATION, sessions.extHostAddress(session));
    else rewriteAddress(view, l3, SOURCE, address);
    if (hairpinning(w, b, l3, l4, protocol, sessions.extHostPort(session), isFirst) === DROPPED) return drop();
    w.account(session, b.length + b.cutBytes);
    return pass();
  };

  const first = (b: PacketBuffer, l3: number, l4: number, protocol: number, reassembly: Reassembly<object>): number => {
    const { view } = b;
    const port = view.getUint16(l4 + SOURCE.port);
    const toPort = view.getUint16(l4 + DESTINATION.port);
    const fib = w.fibOf(b.swIfIndexRx);
    const ipProtocol = ip4.protocol(view, l3);
    let session = nat.ed.findIn2out(ip4.source(view, l3), ip4.destination(view, l3), ipProtocol, fib, port, toPort);
    if (session < 0) {
      session = sessionForIn2out(w, b, l3, l4, protocol, isOutput);
      if (session === DROPPED) return drop();
      if (session < 0) {
        reassembly.flags |= REASS_DONT_TRANSLATE;
        // VPP forgets what it kept where an identity mapping decided.
        if (session === NO_SESSION) keeper.release(reassembly, b, self);
        return pass();
      }
    }
    reassembly.session = session;
    keeper.release(reassembly, b, self);
    return translate(b, l3, l4, session, protocol, true);
  };

  return (b) => {
    const { view } = b;
    const l3 = isOutput ? b.at + b.saveRewriteLength : b.at;
    const l4 = l3 + ip4.headerLength(view, l3);
    nat.lastSession = -1;
    nat.lastNextIndex = NEXT_LOOKUP;
    if (isCutForEd(b, l3)) return drop();
    const protocol = natProtocolOf(ip4.protocol(view, l3));
    const reassembly = keeper.find(b, l3);
    if (!reassembly) {
      w.reject(b, error.MAX_REASS, cause.MAX_REASS, -1, -1);
      return drop();
    }
    if (isFirstFragment(view, l3)) {
      if (protocol === NAT_ICMP) return firstIcmp(b, l3, l4, reassembly);
      return first(b, l3, l4, protocol, reassembly);
    }
    if (reassembly.flags & REASS_DONT_TRANSLATE) return pass();
    if (reassembly.session >= 0) return translate(b, l3, l4, reassembly.session, protocol, false);
    if (keeper.keep(reassembly, b)) {
      errors.increment(count.CACHED_FRAGMENTS);
      return DONE;
    }
    w.reject(b, error.MAX_FRAG, cause.MAX_FRAG, -1, -1);
    return drop();
  };
}

const reassNode = (variant: Variant): AnyNode =>
  defineNode({
    name: variant.name,
    trace: reassTrace(NEXT_LOOKUP),
    next: { LOOKUP: variant.isOutput ? 'interface-output' : 'ip4-lookup', DROP: 'error-drop' },
    errors: [edIn2outReassErrors, variant.errors],
    causes: ED_CAUSES,
    create: (context) => create(context, variant),
  });

export const in2outEdReassNodes: readonly AnyNode[] = [
  reassNode({ name: 'nat44-ed-in2out-reass', isOutput: false, errors: edIn2outReassErrors }),
  reassNode({ name: 'nat44-ed-in2out-reass-output', isOutput: true, errors: edIn2outReassOutputErrors }),
];
