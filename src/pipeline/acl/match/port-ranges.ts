/** Which protocols and ports rules allow, whatever IP version they are for. */

import type { Rule } from './acl-rules.js';
import type { ValueRange } from './interval-rows.js';

/** A value of the protocol field, which has 16 bits here, that only rules for any protocol accept. */
export const NO_PROTOCOL = 256;

export const protocols = ({ protocol }: Rule): ValueRange => (protocol === 0 ? [0, NO_PROTOCOL] : [protocol, protocol]);

/** A rule for any protocol does not look at ports. */
const ports = ({ protocol }: Rule, first: number, last: number): ValueRange =>
  protocol === 0 ? [0, 0xffff] : [first, last];

export const sourcePorts = (rule: Rule): ValueRange => ports(rule, rule.sourcePortFirst, rule.sourcePortLast);
export const destinationPorts = (rule: Rule): ValueRange =>
  ports(rule, rule.destinationPortFirst, rule.destinationPortLast);
