/** Records of NAT44 EI's own nodes; in2out and out2in have those of all kinds of NAT44. */

import { line } from '../trace/template.js';
import { lineRecord, traceRecord } from '../trace/wording.js';

export const EI_CLASSIFY = lineRecord(
  ['isIn2out'],
  line('nat-classify', 'nat44-ei-classify: next {isIn2out:nat44-ei-out2in|nat44-ei-in2out=}'),
);

/** format_nat44_ei_hairpin_trace */
const HAIRPIN = line(
  'nat-hairpinning',
  'new dst addr {address:ip4=} port {port:u16=} fib-index {fibIndex:dec=FIB} {isMapping:session-index|is-static-mapping=}' +
    '[ {session:dec=NAT44 session}]',
);
export const EI_HAIRPIN = traceRecord(['address', 'port', 'fibIndex', 'session'], 0, [HAIRPIN], ({ fields }) => [
  HAIRPIN.print({
    ...fields,
    fibIndex: fields.fibIndex >>> 0,
    isMapping: fields.session < 0 ? 1 : 0,
    session: fields.session < 0 ? undefined : fields.session,
  }),
]);
