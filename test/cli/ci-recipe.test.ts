/** The documents' recipes for continuous integration: valid by GitHub's own parser, with commands that work as they stand. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { build } from 'esbuild';
import { writeFleet } from '../fleet/make-fleet.js';
import { MAIN, ROOT } from './run-vppcap.js';

const RECIPE =
  /```yaml\n(name: dataplane\n[^`]*)```/.exec(readFileSync(join(ROOT, 'docs', 'CASES.md'), 'utf8'))?.[1] ?? '';

type Parser = typeof import('@actions/workflow-parser');

/** GitHub's parser. Its package imports JSON in a way that only bundlers understand. */
async function workflowParser(folder: string): Promise<Parser> {
  const outfile = join(folder, 'workflow-parser.cjs');
  const entryPoints = [fileURLToPath(import.meta.resolve('@actions/workflow-parser'))];
  await build({ entryPoints, outfile, bundle: true, format: 'cjs', platform: 'node', logLevel: 'silent' });
  return (await import(outfile)) as Parser;
}

/** What GitHub would complain of. */
async function errorsOf(
  { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter }: Parser,
  content: string,
): Promise<string[]> {
  const parsed = parseWorkflow({ name: 'dataplane.yml', content }, new NoOperationTraceWriter());
  if (parsed.value !== undefined) await convertWorkflowTemplate(parsed.context, parsed.value);
  return parsed.context.errors.getErrors().map(({ message }) => message);
}

interface Job {
  readonly steps?: readonly { readonly run?: string }[];
  readonly script?: string;
}

/** The recipes of docs/SCALE.md: GitHub's text, and the jobs of both. */
const SCALE = readFileSync(join(ROOT, 'docs', 'SCALE.md'), 'utf8');
const [GITHUB, GITLAB, JOB, PARALLEL] = [
  'yaml\nname: fleet',
  'yaml\ndefault:',
  'yaml\napiVersion: batch/v1',
  'sh\nparallel',
].map((start) => new RegExp(`\`\`\`${start}[^\`]*`).exec(SCALE)?.[0].replace(/^.*\n/, '') ?? '');
interface KubernetesJob {
  readonly spec: {
    readonly completions: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] } };
  };
}
const commandOf = ({ steps = [], script }: Job): string =>
  script ?? steps.flatMap(({ run }) => run ?? []).find((run) => run.includes('vppcap')) ?? '';
const jobsOf = ({ audit, report }: Record<'audit' | 'report', Job>): readonly [audit: string, report: string] => [
  commandOf(audit),
  commandOf(report),
];
const [KUBERNETES] = (parse(JOB) as KubernetesJob).spec.template.spec.containers;
const [, , KUBERNETES_COMMAND] = KUBERNETES.command;
/** What each scheduler runs, as `commands`, with the variables that it sets for part i of four. */
const FLEETS: readonly {
  name: string;
  commands: readonly [audit: string, report: string];
  shard: (i: number) => NodeJS.ProcessEnv;
}[] = [
  {
    name: 'GitHub',
    commands: jobsOf((parse(GITHUB) as { jobs: Record<'audit' | 'report', Job> }).jobs),
    shard: () => ({}),
  },
  {
    name: 'GitLab',
    commands: jobsOf(parse(GITLAB) as Record<'audit' | 'report', Job>),
    shard: (i) => ({ CI_NODE_INDEX: String(i), CI_NODE_TOTAL: '4' }),
  },
  {
    name: 'Kubernetes',
    commands: [KUBERNETES_COMMAND.replaceAll('/data/', ''), 'vppcap merge results'],
    shard: (i) => ({ JOB_COMPLETION_INDEX: String(i - 1) }),
  },
];
/** All four parts at once. */
const hasParallel = spawnSync('parallel', ['--version']).status === 0;

/** Commands of the job's steps, as they stand. */
const COMMANDS = (parse(RECIPE) as { jobs: { test: { steps: { run?: string }[] } } }).jobs.test.steps.flatMap(
  ({ run }) => run ?? [],
);

/** As `npm ci` leaves it. */
function linkCommand(folder: string): void {
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(MAIN, join(folder, 'node_modules', '.bin', 'vppcap'));
}

describe('the recipes for continuous integration', () => {
  let root = '';
  let parser: Parser;
  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'vppcap-recipe-'));
    parser = await workflowParser(root);
  });
  after(() => rmSync(root, { recursive: true }));

  it('is a workflow that GitHub takes', async () => {
    expect(await errorsOf(parser, RECIPE)).to.deep.equal([]);
    expect(await errorsOf(parser, RECIPE.replace('runs-on', 'run-on'))).not.to.deep.equal([]);
  });

  it('of a fleet is one, too', async () => {
    expect(await errorsOf(parser, GITHUB)).to.deep.equal([]);
  });

  /** A fleet of which a node differs, and the commands as the recipes have them. */
  function fleetIn(
    name: string,
  ): (command: string, env?: NodeJS.ProcessEnv) => { status: number | null; stdout: string } {
    const cwd = join(root, name);
    linkCommand(cwd);
    writeFleet(join(cwd, 'fleet'), 4, { different: ['node-03'] });
    const path = `${join(cwd, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
    return (command, env = {}) =>
      spawnSync('bash', ['-e', '-c', command], { encoding: 'utf8', cwd, env: { ...process.env, PATH: path, ...env } });
  }

  for (const { name, commands, shard } of FLEETS)
    it(`audits a fleet in four parts on ${name}, and makes one report of them`, () => {
      const run = fleetIn(name);
      const [audit, report] = commands;
      for (const i of [1, 2, 3, 4])
        expect(run(audit.replace('${{ matrix.shard }}', String(i)), shard(i)).status).to.equal(0);
      const { status, stdout } = run(report);
      expect(status).to.equal(1);
      const told = name === 'GitLab' ? readFileSync(join(root, name, 'fleet.xml'), 'utf8') : stdout;
      expect(told).to.match(/node-03/);
    });

  (hasParallel ? it : it.skip)('audits a fleet in four parts by GNU parallel, on this machine', () => {
    const { status, stdout } = fleetIn('parallel')(
      PARALLEL.replace('--sshlogin host1,host2', '--will-cite --sshlogin :'),
    );
    expect(stdout).to.match(/^4 nodes: 1 different, 3 as expected\n/);
    expect(status).to.equal(1);
  });

  it('tests all cases in four parts, with a report of each', () => {
    const [install, command] = COMMANDS;
    expect(install).to.equal('npm ci');
    linkCommand(root);
    for (const name of ['acl-deny-to-pod', 'default-route', 'echo-to-node', 'ttl-expiry'])
      cpSync(join(ROOT, 'expectations', name), join(root, 'expectations', name), { recursive: true });
    const reports = [1, 2, 3, 4].map((shard) => {
      const line = command.replace('${{ matrix.shard }}', String(shard));
      const { status, stdout } = spawnSync('bash', ['-e', '-c', line], {
        encoding: 'utf8',
        cwd: root,
        env: { ...process.env, CI: 'true', GITHUB_ACTIONS: 'true' },
      });
      expect(status, stdout).to.equal(0);
      expect(stdout).to.contain('::notice title=vppcap test::1 passed');
      return readFileSync(join(root, 'report.xml'), 'utf8');
    });
    const names = reports.flatMap((xml) => Array.from(xml.matchAll(/<testcase name="([^"]+)"/g), ([, name]) => name));
    expect(names.sort()).to.deep.equal(['acl-deny-to-pod', 'default-route', 'echo-to-node', 'ttl-expiry']);
  });
});
