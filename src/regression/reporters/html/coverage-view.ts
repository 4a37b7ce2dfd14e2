/** Coverage in the report: a bar per kind, and what was never exercised. */

import { coverageCounts, isExercised, type Coverage, type CoverageItem } from '../../../outcome/coverage/coverage.js';
import { groupBy } from '../../../pipeline/engine/state/group-by.js';
import { html, type Markup } from './markup.js';

export function coverageView(coverages: readonly Coverage[]): Markup | null {
  if (coverages.length === 0) return null;
  return html`<section id="coverage">
    <h2>Coverage of the configuration</h2>
    ${coverages.map(configurationView)}
  </section>`;
}

function configurationView(coverage: Coverage): Markup {
  const counts = coverageCounts(coverage);
  const never = coverage.items.filter((item) => !isExercised(item));
  const [items, exercised] = [coverage.items.length, coverage.items.length - never.length];
  const bars = counts.map(({ kind, items: count, exercised: hit, unreachable }) => {
    const percent = (of: number): string => `${((100 * of) / count).toFixed(2)}%`;
    return html`<li>
      <span class="kind">${kind}</span
      ><span class="bar" role="img" aria-label="${hit} of ${count}"
        ><i class="hit" style="width:${percent(hit)}"></i
        ><i class="out" style="width:${percent(unreachable)}"></i></span
      ><span class="count">${hit} / ${count}</span>
    </li>`;
  });
  const lists = Array.from(
    groupBy(never, ({ kind }) => kind),
    ([kind, ofKind]) => neverList(kind, ofKind),
  );
  return html`<details class="configuration">
    <summary>
      <span class="name">${coverage.configuration}</span><span class="count">${exercised} / ${items}</span
      ><span class="quiet">${coverage.frames} frames</span>
    </summary>
    <div class="body">
      <ul class="bars">
        ${bars}
      </ul>
      ${never.length === 0 ? html`<p class="quiet">everything was exercised</p>` : lists}
    </div>
  </details>`;
}

function neverList(kind: string, items: readonly CoverageItem[]): Markup {
  const rows = items.map(
    ({ name, text, origin, unreachable }) =>
      html`<li>
        <code class="line">${origin.replace(/^.*[/\\]/, '')}</code>
        <div>
          <p>${name}${unreachable === null ? null : html` <span class="tag unreachable">${unreachable.why}</span>`}</p>
          ${text === '' ? null : html`<p class="script">${text}</p>`}${
            unreachable === null ? null : html`<p class="quiet">${unreachable.text}</p>`
          }
        </div>
      </li>`,
  );
  return html`<h4>${kind}: never exercised</h4>
    <ul class="never">
      ${rows}
    </ul>`;
}
