/** The tables that engines read, and their columns (words.ts says what they hold, docs/TABLES.md has both). */

/** text: a UTF-8 string; integer: 32 bits, from 0; count: 64 bits; time: microseconds since 1970, UTC. */
export type ColumnType = 'text' | 'integer' | 'count' | 'time';

/** Columns by name, in order; `?` behind the type where there may be none. */
export type TableColumns = Readonly<Record<string, ColumnType | `${ColumnType}?`>>;

/** Of all tables. A column that is added leaves it; one that goes, or means something else, raises it. */
export const SCHEMA_VERSION = 1;

export const TABLES = {
  verdicts: {
    run: 'text',
    frame: 'integer',
    file: 'text',
    number: 'integer',
    time: 'time',
    length: 'integer',
    rx: 'text',
    tx: 'text?',
    disposition: 'text',
    cause: 'text?',
    drop: 'text?',
    lost: 'text?',
    nodes: 'text',
    out: 'integer?',
    sent: 'integer',
    flow: 'integer',
    way: 'integer',
  },
  flows: {
    run: 'text',
    flow: 'integer',
    rx: 'text',
    protocol: 'text',
    source: 'text',
    destination: 'text',
    frames: 'count',
    bytes: 'count',
    transmitted: 'count',
    first: 'time',
    last: 'time',
  },
  steps: {
    run: 'text',
    way: 'integer',
    position: 'integer',
    node_name: 'text',
    step: 'text',
    line: 'text?',
    data: 'text',
  },
  counters: { run: 'text', counter: 'text', count: 'count' },
  coverage: {
    run: 'text',
    kind: 'text',
    name: 'text',
    text: 'text',
    line: 'text',
    packets: 'count',
    session_packets: 'count',
    unreachable: 'text?',
  },
  differences: {
    run: 'text',
    kind: 'text',
    cause: 'text',
    time: 'time?',
    frame: 'text?',
    sent: 'text?',
    interface: 'text?',
    expected: 'text?',
    actual: 'text?',
    fields: 'text',
    detail: 'text?',
    node_name: 'text?',
    decision: 'text?',
    line: 'text?',
    command: 'text?',
  },
  changes: {
    run: 'text',
    change: 'text',
    allowed: 'text?',
    time: 'time',
    frame: 'text',
    rx: 'text',
    protocol: 'text',
    source: 'text',
    destination: 'text',
    packet: 'text',
    before: 'text',
    after: 'text',
    fields: 'text',
    node_before: 'text?',
    decision_before: 'text',
    line_before: 'text?',
    command_before: 'text?',
    node_after: 'text?',
    decision_after: 'text',
    line_after: 'text?',
    command_after: 'text?',
  },
  runs: {
    run: 'text',
    command: 'text',
    release: 'text?',
    verdict: 'text',
    error: 'text?',
    frames: 'count',
    findings: 'count',
  },
} as const satisfies Readonly<Record<string, TableColumns>>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];
