/**
 * acl-plugin-in-ip4-fa, acl-plugin-out-ip4-fa and their twins for IPv6 (VPP 19.08 src/plugins/acl/dataplane_node.c): lets a packet pass by its
 * session, else by the first rule that matches it, and makes sessions for permit+reflect.
 *
 * Uses b.swIfIndexRx, or on output b.swIfIndexTx and b.saveRewriteLength. Sets b.error to what was decided, also for
 * a packet that passes: a later node that drops it without an error of its own shows it.
 */

import * as ip4 from '../../wire/ip4.js';
import * as ip6 from '../../wire/ip6.js';
import type { AclDirection } from './acl-table.js';
import { ACTION_DENY, ACTION_PERMIT, ACTION_PERMIT_REFLECT, ACTION_SESSION } from './match/acl-rules.js';
import { IP_HEADER, isCutBefore, noteCut, PORTS_OR_FLAGS } from '../engine/cut-off.js';
import { defineNode, type AnyNode } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { ACL_CAUSES, RULE_BITS } from './acl-causes.js';
import { aclFlowPart } from './acl-flow.js';
import { aclErrors } from './acl-errors.js';
import { ACL_VERDICT } from './acl-steps.js';
import { STEP_BY_SESSION, STEP_UNREPEATABLE } from '../engine/steps.js';
import { l2Length } from '../engine/l2-opaque.js';
import { SessionLookahead } from './session-lookahead.js';
import { aclTrace } from './acl-trace.js';

/** trace_bits: found a session; it changed its timeout, from and to which kind are in the low bytes. */
const TRACE_SESSION = 0x80000000 | 0;
const TRACE_TIMEOUT_CHANGED = 0x00010000;

const FIELD = ACL_VERDICT.at;

interface Twin {
  readonly name: string;
  readonly direction: AclDirection;
  /** The packet is in a bridge, with its Ethernet header in front. */
  readonly isL2?: boolean;
  readonly isIp6?: boolean;
}

const aclNode = ({ name, direction, isL2 = false, isIp6 = false }: Twin): AnyNode => {
  const errorsOfNode = aclErrors(name);
  return defineNode({
    name,
    trace: aclTrace,
    ...(isL2 ? {} : { flow: aclFlowPart(direction) }),
    next: { DROP: 'error-drop' },
    errors: [errorsOfNode],
    causes: ACL_CAUSES,
    create: ({ node, steps, next, cause, tables: { acl }, errors, arcs, clock, graph }) => {
      const error = errors.ids(errorsOfNode);
      const isInput = direction === 'input';
      const headerBytes = isIp6 ? ip6.HEADER_BYTES : ip4.HEADER_BYTES;
      const { last, sessions, cleaner, isSkipped } = acl;
      const { tuple } = last;
      const lookahead = new SessionLookahead(sessions, graph);
      const contexts = acl.lcIndexOf[direction];
      const errorOfAction = Int32Array.of(error.DENY, error.PERMIT, error.NEW_SESSION);

      /** Notes a packet of a session, its first one included. True where its TCP flags changed the session's timeout. */
      const track = (session: number): boolean => {
        const change = sessions.track(session, tuple, clock.now);
        if (change === 0) return false;
        errors.increment(error.RESTART_TIMER);
        last.traceBits = lookahead.accumulate(last.traceBits | (TRACE_TIMEOUT_CHANGED + change));
        return true;
      };

      const note = (b: PacketBuffer, session: number, flags: number): void => {
        const at = steps.add(ACL_VERDICT, node, b, flags);
        const { words } = steps;
        words[at + FIELD.swIfIndex] = tuple.swIfIndex;
        words[at + FIELD.action] = last.action;
        words[at + FIELD.acl] = last.aclIndex;
        words[at + FIELD.rule] = last.ruleIndex;
        words[at + FIELD.session] = session;
      };

      const deny = (b: PacketBuffer, why: number): number => {
        if (steps.isOn) note(b, -1, STEP_UNREPEATABLE);
        b.cause = why;
        b.causeArg0 = last.lcIndex;
        b.causeArg1 = (last.aclIndex << RULE_BITS) | last.ruleIndex;
        return next.DROP;
      };

      return (b) => {
        const swIfIndex = isInput ? b.swIfIndexRx : b.swIfIndexTx;
        const skipped = isInput ? 0 : b.saveRewriteLength;
        const l3 = b.at + (isL2 ? l2Length(b) : skipped);
        errors.increment(error.CHECKED);
        last.reset(-1);
        if (isCutBefore(b, l3 + headerBytes, IP_HEADER)) return next.DROP;
        const isFilled = isIp6
          ? tuple.fillIp6(b, l3, swIfIndex, isInput, isSkipped)
          : tuple.fill(b, l3, swIfIndex, isInput);
        if (!isFilled) {
          noteCut(b, PORTS_OR_FLAGS);
          return next.DROP;
        }
        cleaner.advance(clock.now);
        const session = lookahead.find(tuple);
        if (session !== -1) {
          last.action = ACTION_SESSION;
          last.session = session;
          last.traceBits = lookahead.accumulate(TRACE_SESSION);
          b.error = error.EXISTING_SESSION;
          errors.increment(error.EXISTING_SESSION);
          const isTimeoutChanged = track(session);
          if (steps.isOn) note(b, session, isTimeoutChanged ? STEP_UNREPEATABLE : STEP_BY_SESSION);
          return arcs.next(b);
        }

        const lcIndex = contexts[swIfIndex];
        const matcher = acl.matcherOf(lcIndex, isIp6);
        const position = matcher.match(tuple);
        last.lcIndex = lcIndex;
        last.traceBits = lookahead.accumulate(matcher.traceBits(position, tuple));
        if (position === -1) {
          b.error = error.DENY;
          return deny(b, cause.DENIED_BY_DEFAULT);
        }
        const { rules } = matcher;
        last.action = rules.actionOf(position);
        last.aclIndex = rules.aclIndexOf(position);
        last.ruleIndex = rules.ruleIndexOf(position);
        b.error = errorOfAction[last.action];
        switch (last.action) {
          case ACTION_DENY:
            return deny(b, cause.DENIED_BY_RULE);
          case ACTION_PERMIT:
            errors.increment(error.PERMIT);
            if (steps.isOn) note(b, -1, rules.usesTcpFlags ? STEP_UNREPEATABLE : 0);
            return arcs.next(b);
          case ACTION_PERMIT_REFLECT: {
            if (!sessions.canAdd()) sessions.recycle(clock.now);
            if (!sessions.canAdd()) {
              last.action = ACTION_DENY;
              b.error = error.TOO_MANY_SESSIONS;
              return deny(b, cause.TOO_MANY_SESSIONS);
            }
            const made = lookahead.add(tuple, lcIndex, clock.now);
            track(made);
            if (steps.isOn) note(b, made, STEP_UNREPEATABLE);
            errors.increment(error.NEW_SESSION);
          }
        }
        return arcs.next(b);
      };
    },
  });
};

export const aclNodes: AnyNode[] = [
  aclNode({ name: 'acl-plugin-in-ip4-fa', direction: 'input' }),
  aclNode({ name: 'acl-plugin-out-ip4-fa', direction: 'output' }),
  aclNode({ name: 'acl-plugin-in-ip4-l2', direction: 'input', isL2: true }),
  aclNode({ name: 'acl-plugin-out-ip4-l2', direction: 'output', isL2: true }),
  aclNode({ name: 'acl-plugin-in-ip6-fa', direction: 'input', isIp6: true }),
  aclNode({ name: 'acl-plugin-out-ip6-fa', direction: 'output', isIp6: true }),
  aclNode({ name: 'acl-plugin-in-ip6-l2', direction: 'input', isIp6: true, isL2: true }),
  aclNode({ name: 'acl-plugin-out-ip6-l2', direction: 'output', isIp6: true, isL2: true }),
];
