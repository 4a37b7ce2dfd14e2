/** The report's frame: head, summary and filter on top, coverage and foot below. */

import { createHash } from 'node:crypto';
import type { Coverage } from '../../../outcome/coverage/coverage.js';
import type { CaseStatus, SuiteStart, SuiteSummary } from '../../result.js';
import { seconds, suiteWords, summaryWords } from '../words.js';
import { coverageView } from './coverage-view.js';
import { SCRIPT } from './filter-script.js';
import { html, Markup } from './markup.js';
import { STYLE } from './style.js';

/** Only what stands in the page itself runs and is shown; nothing is fetched. */
const POLICY = [
  "default-src 'none'",
  `style-src 'unsafe-inline'`,
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const commandOf = ({ command = 'vppcap test' }: SuiteStart): string => command;

/** Up to where the cases begin. */
export const pageStart = (suite: SuiteStart): Markup =>
  html`<!doctype html><html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <meta name="referrer" content="no-referrer">
    <title>${commandOf(suite)}: ${suiteWords(suite)}</title>
    <style>${new Markup(STYLE)}</style>
    </head><body><main>`;

/** The summary, which is known last, and the filter. */
export function pageHead(suite: SuiteStart, summary: SuiteSummary): Markup {
  const { passed, accepted, failed, errors, skipped, milliseconds } = summary;
  const counts: [CaseStatus, number][] = [
    ['failed', failed],
    ['error', errors],
    ['skipped', skipped],
    ['accepted', accepted],
    ['passed', passed],
  ];
  const there = counts.filter(([, count]) => count > 0);
  const words = failed + errors === 0 && skipped === 0 ? `All ${passed + accepted} cases pass` : summaryWords(summary);
  const segments = there.map(([status, count]) => html`<i class="${status}" style="flex:${count}"></i>`);
  const chips = there.map(
    ([status, count]) =>
      html`<label><input type="checkbox" name="state" value="${status}" checked />${status} ${count}</label>`,
  );
  return html`<header class="${failed + errors > 0 ? 'bad' : 'good'}">
      <p class="kicker">${commandOf(suite)} · ${suiteWords(suite)} · ${seconds(milliseconds)} s</p>
      <h1>${words}</h1>
      <div class="total" aria-hidden="true">${segments}</div>
    </header>
    <div class="tools" id="tools" hidden>
      <input
        type="search"
        id="search"
        placeholder="Filter by name, title, or what frames are: address, port, reason, rule"
        aria-label="Filter by name, title, or what frames are"
      />${chips}<span class="quiet" id="shown"></span>
    </div>
    <p id="none" class="quiet" hidden>No case is called like that.</p>`;
}

export const pageEnd = (coverages: readonly Coverage[]): Markup =>
  html`${coverageView(coverages)}<footer>Bytes that differ are marked. The file needs nothing from the network.</footer></main><script>${new Markup(
    SCRIPT,
  )}</script></body></html>
`;
