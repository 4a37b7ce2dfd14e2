/** Every reporter's words about a case, and that each is of its form. */

import { create } from 'xmlbuilder2';
import { REPORTERS } from '../../src/regression/reporters/registry.js';
import type { CaseResult, SuiteSummary } from '../../src/regression/result.js';
import { Broken } from './target.js';

const SUMMARY: SuiteSummary = {
  passed: 0,
  accepted: 0,
  failed: 0,
  errors: 1,
  skipped: 0,
  milliseconds: 1,
  exitCode: 1,
};

/** What a report has to be; the others are for people. */
const FORMS: Readonly<Record<string, (text: string) => void>> = {
  json: (text) => void JSON.parse(text),
  junit: (text) => void create(text),
  tap: requireTap,
  github: requireCommands,
  html: requireNoScripts,
};

/** Throws where a report is not what it has to be. */
export async function checkReports(result: CaseResult): Promise<void> {
  for (const [name, declaration] of Object.entries(REPORTERS)) {
    let text = '';
    const write = (more: string): void => void (text += more);
    const reporter = await (await declaration()).create({ write, hasColors: false, root: process.cwd() });
    reporter.start?.({ folders: ['suite'], cases: [result.name], shard: null });
    reporter.result(result);
    await reporter.end(SUMMARY);
    if (Object.hasOwn(FORMS, name)) FORMS[name](text);
  }
}

function requireTap(text: string): void {
  const tests = text.split('\n').filter((line) => /^(not )?ok\b/.test(line));
  if (tests.length !== 1) throw new Broken(`TAP tells of ${tests.length} tests: ${text.slice(0, 300)}`);
}

/** Workflow commands of GitHub: nothing that a case says may begin one of its own. */
function requireCommands(text: string): void {
  for (const line of text.split(/\r\n|\r|\n/))
    if (line !== '' && !/^::(?:error|notice|warning|group|endgroup)\b[^:]*::|^[^:]/.test(line))
      throw new Broken(`no annotation: ${line}`);
}

/** The page's own scripts and styles are the only ones. */
function requireNoScripts(text: string): void {
  if (/<(?:script|img|iframe|link)[^>]*\b(?:src|href)=/i.test(text)) throw new Broken('the page loads something');
}
