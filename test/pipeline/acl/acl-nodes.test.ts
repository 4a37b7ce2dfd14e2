import { expect } from 'chai';
import { aclNodes } from '../../../src/pipeline/acl/acl-nodes.js';
import {
  ACTION_DENY,
  ACTION_PERMIT,
  ACTION_PERMIT_REFLECT,
  type Rule,
} from '../../../src/pipeline/acl/match/acl-rules.js';
import { Graph } from '../../../src/pipeline/engine/graph.js';
import { DONE, defineNode, type AnyNode } from '../../../src/pipeline/engine/node.js';
import { FLAG_TRACED, PacketBuffer } from '../../../src/pipeline/engine/packet-buffer.js';
import { createTables } from '../../../src/pipeline/engine/plugin.js';
import { acl } from '../../../src/pipeline/acl/plugin.js';
import { fib } from '../../../src/pipeline/fib/plugin.js';
import { DEFAULT_RELEASE } from '../../../src/releases/releases.js';
import { MAC_ZERO } from '../../../src/wire/address.js';
import { icmp, ip4, tcp } from '../../../tools/build-packets.js';

/** Nodes around the ACL nodes, which do nothing. */
const end = (name: string): AnyNode => defineNode({ name, next: {}, create: () => () => DONE });
const ENDS = [
  ...['error-drop', 'ip4-lookup', 'ip6-lookup', 'ip6-not-enabled', 'interface-output', 'local0-output', 'pg0-output'],
  ...[
    'l2-input-feat-arc-end',
    'l2-output-feat-arc-end',
    'ip4-not-enabled',
    'arp-disabled',
    'arp-reply',
    'ip4-mfib-forward-lookup',
    'ip6-mfib-forward-lookup',
  ],
].map(end);

const ACTIONS = { deny: ACTION_DENY, permit: ACTION_PERMIT, 'permit+reflect': ACTION_PERMIT_REFLECT } as const;
const rule = (action: keyof typeof ACTIONS, given: Partial<Rule> = {}): Rule => ({
  action: ACTIONS[action],
  isIp6: false,
  source: 0,
  sourceLength: 0,
  destination: 0,
  destinationLength: 0,
  protocol: 0,
  sourcePortFirst: 0,
  sourcePortLast: 65535,
  destinationPortFirst: 0,
  destinationPortLast: 65535,
  tcpFlagsValue: 0,
  tcpFlagsMask: 0,
  text: `${action} src 0.0.0.0/0 dst 0.0.0.0/0`,
  ...given,
});

/** pg0 with ACL 0 of these rules in one direction, as its commands build it. */
function nodeWith(rules: readonly Rule[], direction: 'input' | 'output') {
  const tables = createTables({ ...DEFAULT_RELEASE, plugins: [fib, acl] });
  tables.interfaces.create('pg0', 'pg', MAC_ZERO, 'node.vpp:1');
  tables.ip4.interfaceIp4.enable(1);
  tables.acl.add('pod', rules, 'node.vpp:45');
  tables.acl.attach(0, direction, 1);
  tables.ip4.interfaceIp4.enable(1);
  const sink = { transmit: () => undefined, drop: () => undefined, punt: () => undefined };
  const graph = new Graph([...aclNodes, ...ENDS], tables, sink);
  return { tables, graph };
}

/** 10.1.1.3 -> 8.8.8.8, TCP 1024 -> 80 or ICMP type 8, behind an Ethernet header. */
function packet(given: { protocol?: number; tcpFlags?: number; length?: number; cutBytes?: number }): PacketBuffer {
  const { protocol = 6, tcpFlags = 2, length = 54, cutBytes = 0 } = given;
  const bytes = new Uint8Array(256);
  const view = new DataView(bytes.buffer);
  const payload = protocol === 6 ? tcp({ sourcePort: 1024, destinationPort: 80, flags: tcpFlags }) : icmp({ type: 8 });
  bytes.set(ip4({ source: '10.1.1.3', destination: '8.8.8.8', protocol, totalLength: 40 }, payload).bytes, 14);
  const b = new PacketBuffer(bytes, view);
  b.reset(bytes, view, 14, length - 14, 1);
  b.cutBytes = cutBytes;
  return b;
}

const ARC: Record<'input' | 'output', string> = { input: 'ip4-unicast', output: 'ip4-output' };

describe('pipeline/acl/acl-nodes', () => {
  const PERMIT = 'ACL permit packets';
  const NEW_SESSION = 'new sessions added';
  const EXISTING = 'existing session packets';
  const DENY = 'ACL deny packets';
  const CHECKED = 'checked packets';
  const BLACKHOLED = 'null-node: blackholed packets';
  const cases = [
    {
      name: 'a permitted packet goes on along its arc',
      rules: [rule('permit')],
      packets: [packet({})],
      expected: [{ passes: true, error: PERMIT, counters: { [PERMIT]: 1 }, cause: '' }],
    },
    {
      name: 'a denied packet names the rule and its place',
      rules: [rule('permit', { protocol: 17 }), rule('deny')],
      packets: [packet({})],
      expected: [
        {
          passes: false,
          error: DENY,
          counters: {},
          cause: 'denied on DIRECTION of pg0 by ACL 0 "pod" rule 1 (deny src 0.0.0.0/0 dst 0.0.0.0/0) at node.vpp:45',
        },
      ],
    },
    {
      name: 'no rule matches',
      rules: [rule('permit', { protocol: 17 })],
      packets: [packet({})],
      expected: [
        { passes: false, error: DENY, counters: {}, cause: 'no rule of the DIRECTION ACL of pg0 (0) matches' },
      ],
    },
    {
      name: 'reflect: the first packet makes a session, the next uses it',
      rules: [rule('permit+reflect')],
      packets: [packet({ protocol: 1 }), packet({ protocol: 1 })],
      expected: [
        { passes: true, error: NEW_SESSION, counters: { [NEW_SESSION]: 1 }, cause: '' },
        { passes: true, error: EXISTING, counters: { [EXISTING]: 1 }, cause: '' },
      ],
    },
    {
      name: 'a TCP header that ends before its ports matches only rules without protocol',
      rules: [rule('deny', { protocol: 6 }), rule('permit')],
      packets: [packet({ length: 40 })],
      expected: [{ passes: true, error: PERMIT, counters: { [PERMIT]: 1 }, cause: '' }],
    },
    {
      name: 'what the capture cut off is not guessed',
      rules: [rule('permit')],
      packets: [packet({ length: 40, cutBytes: 14 })],
      expected: [
        {
          passes: false,
          error: BLACKHOLED,
          counters: {},
          cause: 'not modelled: the capture cut the frame off before its ports or TCP flags',
        },
      ],
    },
  ];
  for (const direction of ['input', 'output'] as const)
    for (const { name, rules, packets, expected } of cases)
      it(`${direction}: ${name}`, () => {
        const { graph, tables } = nodeWith(rules, direction);
        const owner = direction === 'input' ? 'acl-plugin-in-ip4-fa' : 'acl-plugin-out-ip4-fa';
        const end = direction === 'input' ? 'ip4-lookup' : 'interface-output';
        const results = packets.map((received) => {
          const b = new PacketBuffer(received.bytes, received.view);
          b.copyMetadata(received);
          b.flags = FLAG_TRACED;
          if (direction === 'output') {
            b.swIfIndexTx = 1;
            b.advance(-14);
            b.saveRewriteLength = 14;
          }
          const before = graph.errors.counters.slice();
          graph.runRecorded(b, graph.arcs.start(graph.arcs.arcIndex(ARC[direction]), 1, b, -1));
          const changed = graph.errors.names
            .map((key, id) => [key.replace(`${owner}: `, ''), graph.errors.counters[id] - before[id]] as const)
            .filter(([, change]) => change !== 0);
          const text = graph.causes[b.cause];
          return {
            nodes: Array.from(graph.path.subarray(0, graph.pathLength), (node) => graph.names[node]),
            error: graph.errors.names[b.error],
            counters: Object.fromEntries(changed),
            cause: typeof text === 'string' ? text : text(b, tables),
          };
        });
        expect(results).to.deep.equal(
          expected.map((one) => ({
            nodes: [owner, one.passes ? end : 'error-drop'],
            error: one.error === BLACKHOLED ? one.error : `${owner}: ${one.error}`,
            counters: { [CHECKED]: 1, ...one.counters },
            cause: one.cause.replace('DIRECTION', direction),
          })),
        );
      });

  it('shows the last decision as the trace prints it', () => {
    const { graph, tables } = nodeWith([rule('deny', { protocol: 17 }), rule('permit+reflect')], 'input');
    const { last } = tables.acl;
    const arc = graph.arcs.arcIndex('ip4-unicast');
    const shown = [packet({}), packet({ tcpFlags: 16 })].map((b) => {
      graph.run(b, graph.arcs.start(arc, 1, b, -1));
      return [last.lcIndex, last.action, last.aclIndex, last.tracedRule, last.traceBits >>> 0];
    });
    expect(shown).to.deep.equal([
      [0, 2, 0, 1, 0],
      [-1, 3, -1, 0, 0x80000000],
    ]);
  });
});
