/** Coverage of ACL rules, and which of them no packet can reach. */

import { aclName, ACTION_DENY, ACTION_SESSION, type Acl, type Rule } from './match/acl-rules.js';
import { ShadowedRules, type Shadow } from './match/shadowed-rules.js';
import type { StepKind } from '../engine/steps.js';
import type { Tables } from '../engine/tables.js';
import { BY_SESSION, DECIDED, HitTable, notApplied } from '../step-coverage.js';
import type { CountedStep, CoverageItem, StepCoverage, Unreachable } from '../step-coverage.js';
import { decidingRule } from './acl-step-words.js';
import type { AclTable } from './acl-table.js';
import { ACL_VERDICT } from './acl-steps.js';

interface Place {
  readonly acl: Acl;
  readonly ruleIndex: number;
}

/** The rules that are tried for an interface and direction, in order, and where a rule stands among them. */
interface RuleList {
  readonly places: readonly Place[];
  readonly shadows: ShadowedRules;
  readonly positionOf: ReadonlyMap<Rule, number>;
}

const nameOf = ({ acl, ruleIndex }: Place): string => `${aclName(acl)} rule ${ruleIndex}`;

const ruleKey = (aclIndex: number, ruleIndex: number): number => (aclIndex << 16) | ruleIndex;

/** A rule is exercised by the packet that it decides about itself; packets of sessions that came of it count apart. */
export class RuleCoverage implements StepCoverage {
  readonly kind: StepKind = ACL_VERDICT;
  private readonly hits = new HitTable();

  constructor(private readonly tables: Tables) {}

  count(at: number, step: CountedStep): void {
    const isSession = step.steps.words[at + ACL_VERDICT.at.action] === ACTION_SESSION;
    const { acl, rule } = decidingRule(at, step);
    if (acl >= 0) this.hits.add(ruleKey(acl, rule), isSession ? BY_SESSION : DECIDED, step.packets);
  }

  items(): CoverageItem[] {
    const lists = ruleLists(this.tables);
    return this.tables.acl.acls.flatMap((acl) =>
      acl.rules.map((rule, ruleIndex): CoverageItem => {
        const counted = this.hits.of(ruleKey(acl.index, ruleIndex));
        return {
          kind: 'ACL rule',
          name: nameOf({ acl, ruleIndex }),
          text: rule.text,
          origin: acl.origin,
          ...counted,
          // What was exercised is within reach; the others are looked into.
          unreachable: counted.packets > 0 ? null : unreachable(rule, lists),
        };
      }),
    );
  }
}

/** One list for each different sequence of ACLs that is applied somewhere, and IP version. */
function ruleLists({ acl }: Tables): RuleList[] {
  const sequences = new Map(acl.contexts.map(({ aclIndices }) => [aclIndices.join(), aclIndices]));
  const lists = [...sequences.values()];
  return [...lists.map((list) => ruleList(acl, list, false)), ...lists.map((list) => ruleList(acl, list, true))];
}

function ruleList(acl: AclTable, aclIndices: readonly number[], isIp6: boolean): RuleList {
  const places = aclIndices
    .map((index) => acl.acls[index])
    .flatMap((applied) => applied.rules.map((_, ruleIndex) => ({ acl: applied, ruleIndex })))
    .filter((place) => place.acl.rules[place.ruleIndex].isIp6 === isIp6);
  const rules = places.map((place) => place.acl.rules[place.ruleIndex]);
  return {
    places,
    shadows: new ShadowedRules(rules, acl.matchNonFirstFragment),
    positionOf: new Map(rules.map((rule, position) => [rule, position])),
  };
}

/** A rule is out of reach where it is so in every list that it stands in. */
function unreachable(rule: Rule, lists: readonly RuleList[]): Unreachable | null {
  const shadows: { list: RuleList; shadow: Shadow }[] = [];
  let isApplied = false;
  for (const list of lists) {
    const position = list.positionOf.get(rule);
    if (position === undefined) continue;
    isApplied = true;
    const shadow = list.shadows.shadowOf(position);
    if (shadow === null || shadow === 'undecided') return null;
    shadows.push({ list, shadow });
  }
  if (!isApplied) return notApplied('its ACL is applied to no interface');
  const [{ list, shadow }] = shadows;
  if (typeof shadow === 'string') return { why: 'matches nothing', text: 'no packet can be as it says', by: [] };
  return shadowedBy(
    rule,
    shadow.map((position) => list.places[position]),
  );
}

function shadowedBy(rule: Rule, places: readonly Place[]): Unreachable {
  const names = places.map(nameOf);
  const [{ acl, ruleIndex }] = places;
  const who = places.length === 1 ? `${names[0]} (${acl.rules[ruleIndex].text})` : names.join(' and ');
  const isDenied = rule.action === ACTION_DENY;
  const isSame = places.every((place) => (place.acl.rules[place.ruleIndex].action === ACTION_DENY) === isDenied);
  const isOne = places.length === 1;
  const [does, would] = isDenied ? [isOne ? 'permits' : 'permit', 'deny'] : [isOne ? 'denies' : 'deny', 'permit'];
  const effect = isSame ? '' : `, which ${does} what it would ${would}`;
  return { why: 'shadowed', text: `shadowed by ${who}${isOne ? '' : ' together'}${effect}`, by: names };
}
