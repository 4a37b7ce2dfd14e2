/** Tables of a replay, read by an independent reader (DuckDB), tell what its verdicts and its summary tell. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Verdict } from '../../src/outcome/verdicts.js';
import { writeTraffic } from '../../bench/traffic.js';
import { runVppcap } from '../cli/run-vppcap.js';

type Rows = readonly Record<string, string | number | null>[];

describe('tables', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);
  const ask = (sql: string): Rows => {
    const { code, stdout, stderr } = runVppcap(['query', sql, file('tables'), '--json']);
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout) as Rows;
  };
  let verdicts: Verdict[];
  let summary: { counters: { name: string; count: number }[] };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-tables-'));
    // Some flows are followed, some of the frames have no time to live and end.
    writeTraffic(file('in.pcap'), { frames: 2000, flows: 100, frameBytes: 60 });
    const bytes = readFileSync(file('in.pcap'));
    for (let frame = 1500; frame < 1510; frame++) bytes[24 + frame * 76 + 16 + 14 + 8] ^= 0x15; // TTL: wrong checksum
    rmSync(file('in.pcap'));
    writeFileSync(file('in.pcap'), bytes);
    const args = ['replay', file('in.pcap'), '--tables', file('tables'), '--verdicts', file('v.jsonl'), '--json'];
    const { stdout, stderr, code } = runVppcap([...args, '--node', 'node/01']);
    expect(code, stderr).to.equal(0);
    summary = JSON.parse(stdout) as typeof summary;
    verdicts = readFileSync(file('v.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Verdict);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('have a row for each verdict', () => {
    const rows = ask(
      'select frame, number, rx, disposition, cause, "drop", nodes, "out", sent, node from verdicts order by frame',
    );
    expect(rows).to.deep.equal(
      verdicts.map(({ frame, number, rx, disposition, cause, drop, nodes, out }) => ({
        ...{ frame, number, rx, disposition, cause, drop },
        ...{ nodes: nodes.join(' > '), out: out.at(0) ?? null, sent: out.length, node: 'node/01' },
      })),
    );
  });

  it('have the steps of each frame', () => {
    const rows = ask(
      'select frame, s.node_name as node, step, data from verdicts v join steps s using (run, way, node, date) where frame between 1490 and 1520 order by frame, position',
    );
    const expected = verdicts
      .slice(1490, 1521)
      .flatMap(({ frame, steps = [] }) =>
        steps.map(({ node, step, ...data }) => ({ frame, node, step, data: JSON.stringify(data) })),
      );
    expect(rows).to.deep.equal(expected);
  });

  it('have the counters of the summary', () => {
    const rows = ask('select counter as name, sum(count)::int as count from counters group by 1 order by 1');
    expect(rows).to.deep.equal(summary.counters.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  });

  it('have flows that frames belong to', () => {
    expect(
      ask('select count(*)::int as flows, sum(frames)::int as frames, sum(transmitted)::int as sent from flows'),
    ).to.deep.equal([{ flows: 100, frames: 2000, sent: verdicts.filter(({ out }) => out.length > 0).length }]);
  });

  it('are drops as well, and errors of SQL are sentences', () => {
    const ended = verdicts.filter(({ disposition }) => disposition === 'dropped');
    expect(ask('select count(*)::int as n from drops')).to.deep.equal([{ n: ended.length }]);
    const { code, stderr } = runVppcap(['query', 'select nothing from drops', file('tables')]);
    expect([code, stderr.trim().split('\n').length]).to.deep.equal([2, 1]);
  });

  it('say how the replay came off', () => {
    expect(
      ask('select run, command, release, verdict, error, frames::int as frames, findings::int as findings from runs'),
    ).to.deep.equal([
      {
        ...{ run: 'in.pcap', command: 'replay', release: '19.08', verdict: 'with drops', error: null },
        ...{ frames: 2000, findings: verdicts.filter(({ disposition }) => disposition === 'dropped').length },
      },
    ]);
  });

  it('leave nothing where a replay fails', () => {
    const args = ['replay', file('in.pcap'), '--tables', file('none'), '-o', file('missing/out.pcap')];
    expect(runVppcap(args).code).to.equal(4);
    expect(readdirSync(folder)).not.to.include('none');
  });
});
