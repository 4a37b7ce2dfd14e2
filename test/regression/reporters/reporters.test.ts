/** Each reporter's output, read by a program that others read it with. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseJunit } from 'junit2json';
import { expect } from 'chai';
import { Parser } from 'tap-parser';
import { validateXML } from 'xmllint-wasm';
import { REPORTERS } from '../../../src/regression/reporters/registry.js';
import type { CaseResult, SuiteSummary } from '../../../src/regression/result.js';
import { testCase } from '../../../src/regression/test-case.js';
import { actionsCommands } from './actions-commands.js';

/** Where compiled tests find what lies beside their source. */
const HERE = join('test', 'regression', 'reporters');

const result = (name: string, more: Partial<CaseResult>): CaseResult => ({
  name,
  folder: `suite/${name}`,
  title: name,
  origin: 'recording',
  status: 'passed',
  differences: [],
  notes: [],
  tolerances: [],
  packets: { received: 2, sent: 1, expected: 1 },
  milliseconds: 12.3456,
  exitCode: 0,
  verify: null,
  detail: null,
  ...more,
});

/** Words that mean something to one format or another. */
const NASTY = 'a < b & "c" ]]> \u0000\u001b[31m %0A, 100% # TODO: \\ ::error::\nsecond line\r\n---\n...\n— “ü”';

const difference = (message: string): CaseResult['differences'][number] => ({
  kind: 'packets',
  message,
  file: 'suite/b/expected, 1: x.pcapng',
});

const CASES: CaseResult[] = [
  result('a', { title: 'The first' }),
  result('b', {
    title: NASTY,
    status: 'failed',
    differences: [difference('frame 1 differs'), difference(NASTY)],
    tolerances: ['ignored ip4.id: 1 packet, first packet 2'],
    exitCode: 1,
  }),
  result('c # d', { status: 'error', origin: null, differences: [difference(NASTY)], exitCode: 3 }),
  result('d', { status: 'accepted', differences: [difference(NASTY)] }),
  result('e', { status: 'skipped', origin: null }),
];
const SUMMARY: SuiteSummary = {
  passed: 1,
  accepted: 1,
  failed: 1,
  errors: 1,
  skipped: 1,
  milliseconds: 50.1,
  exitCode: 3,
};

async function report(name: string, cases: readonly CaseResult[] = CASES): Promise<string> {
  let text = '';
  const declaration = await REPORTERS[name]();
  const write = (more: string): void => void (text += more);
  const reporter = await declaration.create({ write, hasColors: false, root: process.cwd() });
  reporter.start?.({ folders: ['suite'], cases: cases.map((one) => one.name), shard: [1, 2] });
  for (const one of cases) reporter.result(one);
  await reporter.end(SUMMARY);
  return text;
}

describe('JUnit report', () => {
  const schema = { fileName: 'junit.xsd', contents: readFileSync(join(HERE, 'junit.xsd'), 'utf8') };
  const validate = async (contents: string): Promise<string[]> => {
    const { errors } = await validateXML({ xml: { fileName: 'report.xml', contents }, schema });
    return errors.map(({ message }) => message);
  };

  it('keeps to its schema, as libxml2 reads it', async () => {
    expect(await validate(await report('junit'))).to.deep.equal([]);
  });

  it('has the cases, their failures and counts, as junit2json reads them', async () => {
    const suites = await parseJunit(await report('junit'));
    if (!suites || !('testsuite' in suites)) throw new Error('no <testsuites>');
    const [suite] = suites.testsuite ?? [];
    expect(suite).to.deep.include({ tests: 5, failures: 1, errors: 1, skipped: 1 });
    expect(suite.testcase).to.have.length(CASES.length);
    expect(suite.testcase?.map(({ name }) => name)).to.deep.equal(CASES.map(({ name }) => name));
    expect(suite.testcase?.filter(({ failure }) => failure)).to.have.length(1);
    expect(suite.testcase?.filter(({ error }) => error)).to.have.length(1);
  });

  it('would be refused if it were wrong', async () => {
    const text = await report('junit');
    expect(await validate(text.replace('<testcase ', '<testcase colour="red" '))).not.to.deep.equal([]);
    expect(await validate(text.replace('</testsuites>', ''))).not.to.deep.equal([]);
  });
});

describe('TAP report', () => {
  it('is valid TAP 14, as tap-parser reads it', async () => {
    const comments: string[] = [];
    const asserts: { ok: boolean; name: string; skip?: unknown; diag?: Record<string, unknown> }[] = [];
    const parser = new Parser({ strict: true });
    parser.on('assert', (assert) => asserts.push(assert as unknown as (typeof asserts)[number]));
    parser.on('comment', (comment: string) => comments.push(comment));
    parser.end(await report('tap'));
    const { results } = parser;
    expect(results?.failures.map(({ tapError }) => tapError).filter(Boolean)).to.deep.equal([]);
    expect(asserts.map(({ ok }) => ok)).to.deep.equal([true, false, false, true, true]);
    expect([results?.count, results?.pass, results?.fail, results?.skip]).to.deep.equal([5, 3, 2, 1]);
    expect(asserts[2].name).to.equal('c # d');
    expect(asserts[1].diag).to.deep.include({ severity: 'fail', tolerances: CASES[1].tolerances });
    expect((asserts[1].diag?.['differences'] as { message: string }[])[1].message).to.equal(NASTY);
    expect(comments.join('')).to.contain('accepted: 1 difference');
  });
});

describe('JSON report', () => {
  it('is valid by the published schema', async () => {
    const schema = JSON.parse(readFileSync(join('schema', 'test-report.schema.json'), 'utf8')) as object;
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
    const parsed = JSON.parse(await report('json')) as { cases: { differences: { message: string }[] }[] };
    validate(parsed);
    expect(validate.errors).to.equal(null);
    expect(parsed.cases[1].differences[1].message).to.equal(NASTY);
    expect(validate({ ...parsed, colour: 'red' })).to.equal(false);
    const unreachable = { why: 'shadowed', text: 'shadowed by rule 0', by: ['rule 0'] } as const;
    const counted = { text: '', origin: 'node.vpp:1', packets: 0, sessionPackets: 0 };
    const items = [{ kind: 'route', name: 'route 0.0.0.0/0', ...counted, unreachable }] as const;
    const coverage = [{ configuration: 'node.vpp', frames: 1, items }];
    expect(validate({ ...parsed, coverage }), JSON.stringify(validate.errors)).to.equal(true);
  });
});

describe('GitHub annotations', () => {
  it("are those that actions/toolkit, GitHub's own library, would write", async () => {
    const file = 'suite/b/expected, 1: x.pcapng';
    expect((await report('github')).trimEnd().split('\n')).to.deep.equal(
      actionsCommands([
        { message: 'frame 1 differs', title: 'b', file },
        { message: NASTY, title: 'b', file },
        { message: NASTY, title: 'c # d', file },
        { message: '1 passed, 1 accepted, 1 failed, 1 could not be run, 1 not run', title: 'vppcap test', file: null },
      ]),
    );
  });

  it('name no more than three differences of a case', async () => {
    const declaration = await REPORTERS['github']();
    let text = '';
    const reporter = await declaration.create({
      write: (more) => void (text += more),
      hasColors: false,
      root: process.cwd(),
    });
    const differences = Array.from({ length: 5 }, (_, i) => difference(`difference ${i + 1}`));
    reporter.result(result('many', { status: 'failed', differences }));
    expect(text.match(/^::error /gm)).to.have.length(3);
    expect(text).to.contain('difference 3%0Aand 2 more');
  });
});

describe('report for people', () => {
  it('says what differs, what was tolerated and how many', async () => {
    const text = await report('human');
    expect(text).to.match(/^suite \(shard 1 of 2\)\n {2}✓ a {2}The first\n {2}✗ b/);
    expect(text).to.contain('      frame 1 differs\n');
    expect(text).to.contain('tolerated: ignored ip4.id: 1 packet');
    expect(text).to.match(/\n1 passed, 1 accepted, 1 failed, 1 could not be run, 1 not run \(0\.050 s\)\n$/);
  });

  it('sends no control characters of captures to a terminal', async () => {
    expect(await report('human')).not.to.match(/(?!\n)\p{Cc}/u);
  });
});

describe('a case that fails, in each report', () => {
  let folder = '';
  let failing: CaseResult;
  /** What decided about the packet that is missing, as its reader should find it. */
  let decision = '';
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-reporters-'));
    cpSync(join('expectations', 'acl-deny-to-pod'), folder, { recursive: true });
    const node = join(folder, 'node.vpp');
    // Rule 0 of the ACL no longer lets the SYN to port 8080 pass: rule 1 denies all else.
    writeFileSync(node, readFileSync(node, 'utf8').replace('8080-8080', '9090-9090'));
    failing = (await testCase({ name: 'denied', folder }, { allowed: [], needsDetail: false })).result;
    decision =
      'rx frame 2 on GigabitEthernet0/8/0, dropped: denied on output of tap1 by ACL 0 "to-pod" rule 1 ' +
      `(deny src 0.0.0.0/0 dst 0.0.0.0/0) at ${relative('', node)}:13`;
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The messages of its differences, as a program that reads the report has them. */
  const MESSAGES: Readonly<Record<string, (text: string) => Promise<string> | string>> = {
    human: (text) => text,
    json: (text) => {
      const { cases } = JSON.parse(text) as { cases: CaseResult[] };
      expect(cases[0].verify?.groups[0].decision).to.equal(decision);
      return cases[0].differences[0].message;
    },
    junit: async (text) => {
      const suites = await parseJunit(text);
      if (!suites || !('testsuite' in suites)) throw new Error('no <testsuites>');
      const [failure] = (suites.testsuite ?? []).flatMap((suite) => suite.testcase ?? [])[0].failure ?? [];
      expect(failure.message).to.contain(decision);
      return failure.inner ?? '';
    },
    tap: (text) => {
      let message = '';
      const parser = new Parser({ strict: true });
      parser.on('assert', ({ diag }: { diag: { differences: { message: string }[] } }) => {
        ({ message } = diag.differences[0]);
      });
      parser.end(text);
      return message;
    },
    github: (text) => text.split('\n')[0].replaceAll('%0A', '\n'),
  };
  for (const [name, messageIn] of Object.entries(MESSAGES))
    it(`says what decided so: ${name}`, async () => {
      const message = await messageIn(await report(name, [failing]));
      expect(message).to.contain('frame 1 on tap1 of the expected capture is missing');
      expect(message).to.contain(`\n    ${name === 'human' ? '      ' : ''}${decision}`);
    });
});
