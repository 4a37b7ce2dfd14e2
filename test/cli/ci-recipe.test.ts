/** docs/CASES.md's recipe for GitHub Actions: a valid workflow by GitHub's own parser, whose command works as it stands. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { build } from 'esbuild';
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

/** Commands of the job's steps, as they stand. */
const COMMANDS = (parse(RECIPE) as { jobs: { test: { steps: { run?: string }[] } } }).jobs.test.steps.flatMap(
  ({ run }) => run ?? [],
);

describe('the recipe for continuous integration', () => {
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

  it('tests all cases in four parts, with a report of each', () => {
    const [install, command] = COMMANDS;
    expect(install).to.equal('npm ci');
    mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
    symlinkSync(MAIN, join(root, 'node_modules', '.bin', 'vppcap'));
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
