/** What tables and their columns hold, in words: docs/TABLES.md and the comments of `vppcap query`'s views have them. */

import type { TABLES, TableName } from './schema.js';

interface TableWords<Name extends TableName> {
  /** `a row for …` */
  readonly row: string;
  readonly columns: Readonly<Record<keyof (typeof TABLES)[Name], string>>;
}

const RUN = 'names of the captures';
const FIELDS = 'JSON of';

export const TABLE_WORDS: { readonly [Name in TableName]: TableWords<Name> } = {
  verdicts: {
    row: 'each frame that was replayed, as `--verdicts` has it',
    columns: {
      run: RUN,
      frame: 'index in the order of time over all captures, from 0',
      file: 'capture that it is of',
      number: 'number there, from 1, as Wireshark counts',
      time: 'when it was captured',
      length: 'bytes on the wire',
      rx: 'interface that it arrived on',
      tx: 'interface that it left by; none where it did not leave',
      disposition: '`transmitted`, `dropped`, `punted` or `consumed`',
      cause: 'why it ended; none where it left',
      drop: "what VPP's trace prints of that",
      lost: 'why packets that came of it ended',
      nodes: 'graph nodes that it visited, with ` > ` between them',
      out: 'number of the first packet that left because of it, from 0',
      sent: 'how many left because of it',
      flow: 'flow that it is of',
      way: 'way that it took',
    },
  },
  flows: {
    row: 'each flow of received frames, by day (of many flows, several rows: sum them)',
    columns: {
      run: RUN,
      flow: 'number of the flow in its run',
      rx: 'interface that it arrived on',
      protocol: 'of its outermost IP header, else of the link',
      source: 'address and port, else MAC address',
      destination: 'address and port, else MAC address',
      frames: 'frames of it',
      bytes: 'bytes of these on the wire',
      transmitted: 'frames of which something left',
      first: 'time of the first frame',
      last: 'time of the last frame',
    },
  },
  steps: {
    row: 'each step of a way: what nodes decided about frames that took it',
    columns: {
      run: RUN,
      way: 'number of the way in its run',
      position: 'place of the step on the way, from 0',
      node_name: 'graph node that decided',
      step: 'kind of the step',
      line: '`file:line` of the command behind it',
      data: 'JSON of the rest, as `steps` of `--verdicts` has it',
    },
  },
  counters: {
    row: 'each counter of `show errors`, of a day',
    columns: { run: RUN, counter: "node and counter, in VPP's words", count: 'how often it was counted' },
  },
  coverage: {
    row: 'each rule, mapping, route and neighbour of the script (none with `--changes`)',
    columns: {
      run: RUN,
      kind: 'what it is',
      name: 'what it is called',
      text: 'its command',
      line: '`file:line` of that',
      packets: 'packets that met it',
      session_packets: 'packets that a session of it let pass',
      unreachable: 'why no packet can meet it',
    },
  },
  differences: {
    row: 'each difference that `audit` found',
    columns: {
      run: RUN,
      kind: '`missing`, `unexpected`, `changed`, `drop-reason` or `way`',
      cause: 'its cause, as `--json` has it',
      time: 'of the frame that was sent, else of the one that the packet of the model comes of',
      frame: 'the received frame',
      sent: 'the frame that the node sent',
      interface: 'interface that it left by',
      expected: 'packet of the model',
      actual: 'packet of the node',
      fields: `${FIELDS} the fields that differ`,
      detail: 'what became of it',
      node_name: 'graph node that decided otherwise in the model',
      decision: 'what it decided',
      line: '`file:line` of the command behind that',
      command: 'this command',
    },
  },
  changes: {
    row: 'each flow that `diff` found changed, by kind of change and what decided, at its first such frame',
    columns: {
      run: RUN,
      change: 'kind of change, as `--json` has it',
      allowed: 'why it is intended',
      time: 'of that frame',
      frame: 'the frame',
      rx: 'interface that it arrived on',
      protocol: 'of its outermost IP header, else of the link',
      source: 'address and port, else MAC address',
      destination: 'address and port, else MAC address',
      packet: 'as it arrived',
      before: 'what became of it before',
      after: 'what becomes of it after',
      fields: `${FIELDS} the fields that change`,
      node_before: 'graph node that decided before',
      decision_before: 'what it decided',
      line_before: '`file:line` of the command behind that',
      command_before: 'this command',
      node_after: 'graph node that decides after',
      decision_after: 'what it decides',
      line_after: '`file:line` of the command behind that',
      command_after: 'this command',
    },
  },
  runs: {
    row: 'each replay, report, audit and diff, and each node of a fleet; what has no day stands under 1970-01-01',
    columns: {
      run: `${RUN}; empty for a folder that is broken`,
      command: '`replay`, `report`, `audit` or `diff`',
      release: 'VPP release of the node',
      verdict: 'how it came off, as fleets are told',
      error: 'why it is broken',
      frames: 'frames that arrived',
      findings: 'differences of `audit`, changed flows of `diff`, frames that ended of `replay` and `report`',
    },
  },
};
