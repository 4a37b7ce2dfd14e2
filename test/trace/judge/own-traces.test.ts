/**
 * What vppcap prints it agrees with: the trace of every regression case, and VPP's own of every recording, judged with the
 * configuration they were made with. That not everything becomes "not judged" is seen from a floor, and from configurations that
 * were changed, whose difference must be found.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { importTrace } from '../../../src/trace/import/imported-trace.js';
import { judgeTrace, type TraceJudgement } from '../../../src/trace/judge/judge-trace.js';
import { countsOf, judgementLines } from '../../../src/trace/judge/judgement-report.js';
import { describeField, fieldFile } from '../../field-files.js';
import { casesOf, corporaIn } from '../../../tools/oracle/corpora.js';
import { CORPORA } from '../../oracle/floor.js';
import { CASES, ownTrace } from './own-traces.js';

/** Node records judged; they only rise. Of all there are: 26957 of the cases, 143879 and 108280 of the recordings. */
const JUDGED = {
  cases: 26_230,
  recordings: new Map([
    ['19.08', 148_100],
    ['26.06', 106_100],
  ]),
};

const judge = (text: string, config: string): TraceJudgement =>
  judgeTrace(importTrace(text), () => applyScript(parseScript(config, 'node.vpp')));

/** What is decided otherwise, but for packets that belong to another node. */
const otherwise = (judgement: TraceJudgement): string[] =>
  judgement.packets.flatMap(({ packet, disagreement }) =>
    disagreement === null ? [] : [`packet ${packet.number} at ${disagreement.node}: ${disagreement.text}`],
  );

const judged = (judgement: TraceJudgement): number => {
  const { agree, explained } = countsOf(judgement);
  return agree + explained;
};

describe("traces of vppcap's own cases, judged", () => {
  let records = 0;
  for (const name of CASES)
    it(name, async () => {
      const { text, config } = await ownTrace(name);
      const judgement = judge(text, config);
      expect(otherwise(judgement)).to.deep.equal([]);
      records += judged(judgement);
    });

  it(`has judged ${JUDGED.cases} records`, () => {
    expect(records).to.be.at.least(JUDGED.cases);
  });
});

/** Nodes that had run before have sessions that no packet of the trace made; others were changed between packets. */
const corpora = corporaIn(CORPORA).filter(({ folder }) => !/running|changes/.test(folder));
/** Of IPv6 and sub-interfaces some, which show all kinds; all were judged without a difference. */
const isChosen = (folder: string, name: string): boolean =>
  !folder.includes('ip6-vlan') || /^(?:J-ip6-[04]|K-acl6-1|L-vlan[14])$/.test(name);
const configOf = (folder: string, name: string): string => readFileSync(join(folder, name, 'config.vpp'), 'utf8');

describe(`the recordings' traces, judged${corpora.length > 0 ? '' : ` (skipped: no corpus at ${CORPORA})`}`, () => {
  const records = new Map<string, number>();
  for (const { release, folder, name } of corpora.flatMap((of) => casesOf(of).map((name) => ({ ...of, name })))) {
    if (!isChosen(folder, name)) continue;
    const config = configOf(folder, name);
    it(`${release} ${name}`, () => {
      const text = gunzipSync(readFileSync(join(folder, name, 'trace.txt.gz'))).toString();
      const judgement = judge(text, config);
      expect(otherwise(judgement)).to.deep.equal([]);
      records.set(release, (records.get(release) ?? 0) + judged(judgement));
    }).timeout(60_000);
  }

  for (const release of new Set(corpora.map(({ release }) => release)))
    it(`has judged enough records of ${release}`, () => {
      expect(records.get(release)).to.be.at.least(JUDGED.recordings.get(release) ?? 0);
    });
});

/** A line of the case's configuration is another one, and the trace decides otherwise than that. */
const CHANGES: readonly { name: string; of: string; from: RegExp; to: string; expected: RegExp }[] = [
  {
    name: 'a rule behind a tunnel that denies',
    of: 'pod-to-pod-different-nodes-server',
    from: /tag pod permit/,
    to: 'tag pod deny',
    expected: /^packet 1 at acl-plugin-out-ip4-fa: action 1, here 0; goes on to tap12-output, here to error-drop$/,
  },
  {
    name: 'a neighbour behind a tunnel',
    of: 'vxlan',
    from: /^(set ip arp static \S+ \S+ \S+):db$/m,
    to: '$1:77',
    expected: /^packet 4 at ip4-rewrite: adjacency: rewrite string 0200000002db\w+, here 020000000277/,
  },
  {
    name: 'a route, where the payload is unknown',
    of: 'route-longest-prefix',
    from: /^ip route add 176\.0\.0\.0\/6 via drop$/m,
    to: '',
    expected: /^packet 40 at ip4-lookup: route: dpo-idx 0, here 15; goes on to ip4-drop, here to ip4-rewrite$/,
  },
  {
    name: 'a rule, where the ICMP identifier is unknown',
    of: 'pods-unnumbered',
    from: /^(set acl-plugin acl tag ns-b .*), deny /m,
    to: '$1, permit ',
    expected: /^packet 1 at acl-plugin-in-ip4-fa: action 0, here 1; goes on to error-drop, here to nat44-out2in$/,
  },
  {
    name: 'a neighbour, after packets that could not be followed',
    of: 'nat-lru-recycling',
    from: /^(set ip arp static pg1 10\.1\.2\.31 \S+):1f$/m,
    to: '$1:77',
    expected: /^packet 58 at ip4-rewrite: adjacency: rewrite string/,
  },
];

describe('a configuration that is not that of the trace', () => {
  for (const { name, of, from, to, expected } of CHANGES)
    it(`shows: ${name}`, async () => {
      const { text, config } = await ownTrace(of);
      expect(config, 'the line to change').to.match(from);
      expect(otherwise(judge(text, config.replace(from, to)))[0]).to.match(expected);
    });
});

describeField('traces with unknown bytes', () => {
  const ROWS: readonly { file: string; judged: number; why: RegExp }[] = [
    { file: 'fragmented', judged: 12, why: /: agrees$/ },
    { file: 'udp-one-byte', judged: 11, why: /: agrees$/ },
    { file: 'vxlan-arp-flood', judged: 22, why: /: agrees$/ },
    { file: 'vxlan-no-tunnel', judged: 8, why: /: the trace does not show bytes \d/ },
  ];
  for (const { file, judged: least, why } of ROWS)
    it(`${file}: judged as far as bytes are known`, () => {
      const read = (extension: string): string =>
        readFileSync(fieldFile('trace-unknown-bytes-judged', `${file}.${extension}`), 'utf8');
      const judgement = judge(read('txt'), read('vpp'));
      expect(otherwise(judgement)).to.deep.equal([]);
      expect(judged(judgement)).to.be.at.least(least);
      expect(judgementLines(judgement, false)[0]).to.match(why);
    });
});
