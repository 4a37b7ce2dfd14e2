/** Records of the nodes of endpoint-dependent NAT44 (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_in2out.c, nat44_ed_format.c). */

import type { NodeTrace } from '../engine/trace/node-trace.js';
import type { TraceLayout } from '../engine/trace/trace-records.js';
import type { TraceContext } from '../engine/trace/node-trace.js';
import { NAT } from '../nat-common/nodes/nat-trace.js';
import { line, type LineTemplate } from '../trace/template.js';
import { lineRecord, traceRecord } from '../trace/wording.js';
import { ED_NEXT } from './ed-work.js';
import { i2oOf, o2iOf, OP_DADDR, OP_DPORT, OP_ICMP_ID, OP_SADDR, OP_SPORT, OP_TXFIB } from './state/ed-flows.js';

/** nat_next_t has two more, for workers. */
export const DECLARED_NEXTS = Object.keys(ED_NEXT).length + 2;
/** The nodes of one family know their next nodes by the same numbers. */
export const NAT_FAMILY = 'nat-default';

const FLOW_TEXT =
  '{source:ip4~ "match source"} sport {sourcePort:dec~ "match source port"} daddr {destination:ip4~ "match destination"} ' +
  'dport {destinationPort:dec~ "match destination port"} proto {protocol:protocol= "match protocol"} fib_idx {fib:dec=FIB}' +
  '[ rewrite:[ saddr {newSource:ip4~ "new source"}][ sport {newSourcePort:dec~ "new source port"}]' +
  '[ daddr {newDestination:ip4~ "new destination"}][ dport {newDestinationPort:dec~ "new destination port"}]' +
  '[ icmp-id {newIdentifier:dec~ "new identifier"}][ txfib {newFib:dec=FIB}]]';

const I2O = line('nat-ed-i2o', `i2of match: saddr ${FLOW_TEXT} `);
const O2I = line('nat-ed-o2i', `o2if match: saddr ${FLOW_TEXT} `);
const KEY = line(
  'nat-ed-key',
  'search key local {source:ip4~}:{sourcePort:dec~} remote {destination:ip4~}:{destinationPort:dec~} ' +
    'proto {protocol:protocol=} fib {fib:dec=FIB} thread-index {threadIndex:dec} session-index {sessionIndex:dec}',
);
const REASON = line(
  'nat-ed-reason',
  '{reason:no reason for slow path|slow path because lookup failed|slow path because vrf expired|' +
    'slow path because session expired=}',
);
const STATE = line('nat-ed-tcp', 'TCP state: {state:closed|established|closing=}');

const FLOW_FIELDS = [
  'Source',
  'Destination',
  'Ports',
  'Protocol',
  'NewSource',
  'NewDestination',
  'NewPorts',
  'NewFib',
  'IdOps',
] as const;
type FlowField = (typeof FLOW_FIELDS)[number];
type Direction = 'i2o' | 'o2i';
const OWN_FIELDS = [
  'swIfIndex',
  'nextIndex',
  'session',
  'result',
  'via',
  'reason',
  'isSlow',
  'tcpState',
  'keySource',
  'keyDestination',
  'keyPorts',
  'keyProtocol',
] as const;
type EdField = (typeof OWN_FIELDS)[number] | `${Direction}${FlowField}`;
const flowFields = (direction: Direction): EdField[] => FLOW_FIELDS.map((name): EdField => `${direction}${name}`);
const FIELDS: readonly EdField[] = [...OWN_FIELDS, ...flowFields('i2o'), ...flowFields('o2i')];
const TCP = 6;

type Fields = Readonly<Record<EdField, number>>;

function flowLine(template: LineTemplate, fields: Fields, direction: Direction): string {
  const of = (name: FlowField): number => fields[`${direction}${name}`];
  const ops = of('IdOps') >>> 16;
  const only = (op: number, value: number): number | undefined => ((ops & op) === 0 ? undefined : value);
  return template.print({
    source: of('Source'),
    sourcePort: of('Ports') & 0xffff,
    destination: of('Destination'),
    destinationPort: of('Ports') >>> 16,
    protocol: of('Protocol') & 0xff,
    fib: of('Protocol') >>> 8,
    newSource: only(OP_SADDR, of('NewSource')),
    newSourcePort: only(OP_SPORT, of('NewPorts') & 0xffff),
    newDestination: only(OP_DADDR, of('NewDestination')),
    newDestinationPort: only(OP_DPORT, of('NewPorts') >>> 16),
    newIdentifier: only(OP_ICMP_ID, of('IdOps') & 0xffff),
    newFib: only(OP_TXFIB, of('NewFib')),
  });
}

const edRecord = (name: string, hasReason: boolean): TraceLayout =>
  traceRecord(FIELDS, 0, [NAT, I2O, O2I, KEY, REASON, STATE], ({ fields }) => {
    const { session, isSlow, keyPorts } = fields;
    const hasSession = session >= 0;
    const { swIfIndex, nextIndex, result, via } = fields;
    const of = hasSession ? { session, result, via } : {};
    const lines = [NAT.print({ what: `${name}_${isSlow ? 'SLOW' : 'FAST'}_PATH`, swIfIndex, nextIndex, ...of })];
    if (hasSession) lines.push(flowLine(I2O, fields, 'i2o'), flowLine(O2I, fields, 'o2i'));
    if (isSlow === 0) {
      lines.push(
        KEY.print({
          source: fields.keySource,
          sourcePort: keyPorts & 0xffff,
          destination: fields.keyDestination,
          destinationPort: keyPorts >>> 16,
          protocol: fields.keyProtocol & 0xff,
          fib: fields.keyProtocol >>> 8,
          threadIndex: 0,
          sessionIndex: 0,
        }),
      );
      if (hasReason) lines.push(REASON.print({ reason: fields.reason }));
    }
    if (hasSession && (fields.i2oProtocol & 0xff) === TCP) lines.push(STATE.print({ state: fields.tcpState }));
    return lines;
  });

export const NAT44_ED_IN2OUT = edRecord('NAT44_IN2OUT_ED', false);
export const NAT44_ED_OUT2IN = edRecord('NAT44_OUT2IN_ED', true);

/** VPP's next index of a node: one of nat_next_t, else added as NAT44's nodes got neighbours on some arc. */
const nextIndexOf = ({ nextSlots, names }: TraceContext): ((node: number) => number) => {
  const fixed: readonly string[] = Object.values(ED_NEXT);
  return (node) => {
    const at = fixed.indexOf(names[node]);
    return at >= 0 ? at : nextSlots.of(NAT_FAMILY, names[node], DECLARED_NEXTS);
  };
};

export const edTrace = (layout: TraceLayout, isSlow: boolean): NodeTrace => ({
  role: 'nat',
  layout,
  when: 'after',
  writer: (context) => {
    const indexOf = nextIndexOf(context);
    const { visit, sessions: ed } = context.tables.nat44Ed26;
    return (_, records) => {
      const { session } = visit;
      records.write(layout, records.rx, indexOf(records.next), session, visit.error, visit.isViaI2o, visit.reason);
      records.put(isSlow ? 1 : 0);
      records.put(session < 0 ? 0 : ed.sessions.state(session));
      records.put(visit.source);
      records.put(visit.destination);
      records.put(visit.ports);
      records.put(visit.protocol);
      if (session < 0) return;
      const { words } = ed.flows;
      for (const flow of [i2oOf(session), o2iOf(session)])
        for (let word = 0; word < FLOW_FIELDS.length; word++) records.put(words[flow + word]);
    };
  },
});

const PRE = line('nat-pre', '{what:in2out|out2in=} next_index {nextIndex:dec} arc_next_index {arcNextIndex:dec}');

export const NAT_PRE = lineRecord(['what', 'nextIndex', 'arcNextIndex'], PRE);

export const preTrace = (isOut2in: boolean): NodeTrace => ({
  layout: NAT_PRE,
  when: 'after',
  writer: (context) => {
    const indexOf = nextIndexOf(context);
    return (b, records) => {
      records.write(NAT_PRE, isOut2in ? 1 : 0, indexOf(records.next), indexOf(b.arcNext));
    };
  },
});

const CLASSIFY = line('nat-ed-classify', 'nat44-classify: next {next:nat44-ed-out2in|nat44-ed-in2out=}');

export const NAT44_ED_CLASSIFY = lineRecord(['next'], CLASSIFY);

export const classifyTrace: NodeTrace = {
  role: 'nat',
  layout: NAT44_ED_CLASSIFY,
  when: 'after',
  writer: ({ nodeIndex }) => {
    const in2out = nodeIndex(ED_NEXT.IN2OUT);
    return (_, records) => {
      records.write(NAT44_ED_CLASSIFY, records.next === in2out ? 1 : 0);
    };
  },
};
