/** What is said about verdicts of the ACL plugin. */

import { baseName, shortNodeName, wasThere, type MadeSession, type StepSource, type StepWords } from '../step-words.js';
import type { Steps } from '../engine/steps.js';
import { ACL_VERDICT } from './acl-steps.js';
import { ACTION_DENY, ACTION_PERMIT_REFLECT, ACTION_SESSION, aclName, type Acl } from './match/acl-rules.js';

const ACTION_NAMES = ['deny', 'permit', 'permit+reflect', 'session'];
const FIELD = ACL_VERDICT.at;

/** A verdict read: the rule is that of the packet that made the session where a session decided. */
interface Verdict {
  readonly name: string;
  readonly action: number;
  readonly acl: Acl | null;
  readonly rule: number;
  readonly session: number;
  /** `frame 4`, of the packet that made the session. */
  readonly maker: string | null;
  /** What tells of a session that was there before the first frame. */
  readonly toldBy: string | null;
}

/** ACL and rule that decided: of a session, those that made it, and by which packet. -1 for none. */
export function decidingRule(at: number, { steps: { words }, makerOf }: Pick<StepSource, 'steps' | 'makerOf'>) {
  const isSession = words[at + FIELD.action] === ACTION_SESSION;
  const maker = isSession ? makerOf(ACL_VERDICT, words[at + FIELD.session]) : null;
  return { acl: maker?.first ?? words[at + FIELD.acl], rule: maker?.second ?? words[at + FIELD.rule], maker };
}

function verdictAt(at: number, source: StepSource): Verdict {
  const { words } = source.steps;
  const { acl, interfaces } = source.tables;
  const decided = decidingRule(at, source);
  const session = words[at + FIELD.session];
  const isEarlier = words[at + FIELD.action] === ACTION_SESSION && decided.maker === null;
  return {
    name: interfaces.all[words[at + FIELD.swIfIndex]].name,
    action: words[at + FIELD.action],
    acl: decided.acl < 0 ? null : acl.acls[decided.acl],
    rule: decided.rule,
    session,
    maker: decided.maker && source.frameName(decided.maker),
    toldBy: isEarlier ? source.tables.earlierSessions.tellerOf(ACL_VERDICT, session) : null,
  };
}

function made({ words }: Steps, at: number): MadeSession | null {
  if (words[at + FIELD.action] !== ACTION_PERMIT_REFLECT) return null;
  return {
    isNew: true,
    session: words[at + FIELD.session],
    first: words[at + FIELD.acl],
    second: words[at + FIELD.rule],
    third: 0,
  };
}

function comment(at: number, source: StepSource): string {
  const { name, action, acl, rule, session, maker, toldBy } = verdictAt(at, source);
  const place = `${shortNodeName(source.nodeNames[source.steps.nodeAt(at)])} ${name}`;
  if (acl === null)
    return action === ACTION_SESSION
      ? `${place}: acl session ${session}${wasThere(toldBy)}`
      : `${place}: no rule matches`;
  const what = `acl ${acl.index} rule ${rule}${acl.tag === '' ? '' : ` "${acl.tag}"`}`;
  const line = `at ${baseName(acl.origin)}`;
  if (action === ACTION_SESSION)
    return `${place}: acl session ${session}, which ${what} ${line} made for rx ${maker ?? 'an earlier frame'}`;
  const isFull = action === ACTION_DENY && acl.rules[rule].action !== ACTION_DENY;
  const makes = action === ACTION_PERMIT_REFLECT ? `, makes acl session ${session}` : '';
  return `${place}: ${what} ${isFull ? 'permits, but no session can be made,' : ACTION_NAMES[action]} ${line}${makes}`;
}

function sentence(at: number, source: StepSource): { text: string; origin: string } {
  const { name, action, acl, rule, session, maker, toldBy } = verdictAt(at, source);
  const ruleText = acl === null ? '' : `rule ${rule} of ${aclName(acl)} (${acl.rules[rule].text})`;
  const origin = acl?.origin ?? '';
  if (action === ACTION_SESSION) {
    const by = acl === null ? wasThere(toldBy) : `, which ${maker ?? 'an earlier frame'} made by ${ruleText}`;
    return { text: `on ${name} it passes by ACL session ${session}${by}, without a look at the rules`, origin };
  }
  if (acl === null) {
    const asked = lastAsked(at, source);
    return { text: `on ${name} no rule of the ACLs matches, so it is denied`, origin: asked?.origin ?? '' };
  }
  if (action === ACTION_DENY) return { text: `on ${name} ${ruleText} denies it`, origin };
  const reflects = action === ACTION_PERMIT_REFLECT ? ` and makes ACL session ${session} for its answers` : '';
  return { text: `on ${name} ${ruleText} permits it${reflects}`, origin };
}

/** The last of the ACLs that were asked. */
function lastAsked(at: number, { steps, nodeNames, tables: { acl } }: StepSource): Acl | undefined {
  const direction = nodeNames[steps.nodeAt(at)].includes('-out-') ? 'output' : 'input';
  const context = acl.contexts.at(acl.lcIndexOf[direction][steps.words[at + FIELD.swIfIndex]]);
  return acl.acls[context?.aclIndices.at(-1) ?? -1];
}

export const aclStepWords: StepWords = {
  kind: ACL_VERDICT,
  made,
  session: ({ words }, at) => words[at + FIELD.session],
  common: ({ words }, at) => (words[at + FIELD.session] < 0 ? ACL_VERDICT.words : 0),
  data: (at, source) => {
    const { name, action, acl, rule, session, maker, toldBy } = verdictAt(at, source);
    return {
      interface: name,
      action: ACTION_NAMES[action],
      acl: acl?.index ?? null,
      rule: acl === null ? null : rule,
      tag: acl?.tag ?? null,
      line: acl?.origin ?? null,
      session: session < 0 ? null : session,
      madeBy: maker,
      toldBy,
    };
  },
  comment,
  sentence,
};
