/** A case of the report: its state, how it differs, and its frames. */

import type { Difference, PacketPlace } from '../../../verify/report/report.js';
import type { CaseDetail, CaseResult, PacketRecord } from '../../result.js';
import { counted, seconds } from '../words.js';
import { html, type Markup } from './markup.js';
import { comparison, frameView, single } from './packet-view.js';

/** Frames that are drawn of a case that passes, and of one that does not; a report has to open on a phone. */
const FRAMES_SHOWN = { good: 40, bad: 150 };
const DIFFERENCES_SHOWN = 50;
const COMPARED_SHOWN = 20;

export function caseView(result: CaseResult): Markup {
  const { name, title, status, origin, folder, milliseconds, packets, differences, notes, tolerances } = result;
  const isGood = status !== 'failed' && status !== 'error';
  const facts = [
    folder,
    ...(origin === null ? [] : [`expectation: ${origin}`]),
    `${counted(packets.received, 'frame')} in, ${packets.sent} out, ${packets.expected} expected`,
    `${seconds(milliseconds)} s`,
  ];
  return html`<details
    class="case ${status}"
    data-status="${status}"
    data-text="${`${name} ${title}`.toLowerCase()}"
    ${isGood ? null : html` open`}
  >
    <summary>
      <span class="mark" aria-hidden="true"></span><span class="name">${name}</span
      ><span class="title">${title === name ? '' : title}</span><span class="tag ${status}">${status}</span>
    </summary>
    <div class="body">
      <p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
      ${differenceList(differences)}
      ${notes.map((note) => html`<p class="quiet">${note}</p>`)}
      ${tolerances.length === 0 ? null : html`<p class="quiet">tolerated: ${tolerances.join('; ')}</p>`}
      ${comparedPackets(result)} ${result.detail === null ? null : frames(result.detail, isGood ? FRAMES_SHOWN.good : FRAMES_SHOWN.bad)}
    </div>
  </details>`;
}

function differenceList(differences: CaseResult['differences']): Markup | null {
  if (differences.length === 0) return null;
  const more = differences.length - DIFFERENCES_SHOWN;
  const shown = differences.slice(0, DIFFERENCES_SHOWN).map(
    ({ kind, message, file }) =>
      html`<li>
        <span class="tag">${kind}</span>
        <p>${message}</p>
        <p class="quiet">${file}</p>
      </li>`,
  );
  return html`<ul class="differences">
    ${shown}${more > 0 ? html`<li class="quiet">and ${counted(more, 'more difference')}</li>` : null}
  </ul>`;
}

function comparedPackets({ verify, detail }: CaseResult): Markup | null {
  if (verify === null || detail === null || verify.differences.length === 0) return null;
  const views = verify.differences.slice(0, COMPARED_SHOWN).map((difference) => differenceView(difference, detail));
  return html`<section>
    <h4>Expected and actual</h4>
    ${views}
  </section>`;
}

function differenceView({ kind, expected, actual, summary, fields }: Difference, detail: CaseDetail): Markup {
  const before = expected === null ? undefined : packetAt(detail.expected, expected);
  const after = actual === null ? undefined : detail.sent.at(actual.frame - 1);
  const words = fields.filter(({ isConsequence }) => isConsequence !== true).map(({ field }) => field);
  const body = (): Markup | null => {
    if (before && after) return comparison(before, after, ['expected', 'actual']);
    if (before) return single(before, 'expected');
    return after ? single(after, 'actual') : null;
  };
  const place = actual ?? expected;
  return html`<details class="frame">
    <summary>
      <span class="number">${place?.frame ?? ''}</span><span class="from">${place?.interfaceName ?? ''}</span
      ><span class="tag failed">${kind}</span
      ><span class="words">${summary}${words.length > 0 ? `: ${words.join(', ')}` : ''}</span>
    </summary>
    <div class="body">${body()}</div>
  </details>`;
}

/** Packets of several captures stand one behind the other, each capture's numbered from 1. */
function packetAt(packets: readonly PacketRecord[], { capture, frame }: PacketPlace): PacketRecord | undefined {
  let at = -1;
  return packets.find((packet) => {
    if (packet.frame === 1) at++;
    return at === capture && packet.frame === frame;
  });
}

function frames({ received, sent }: CaseDetail, limit: number): Markup {
  const shown = received.slice(0, limit).map((frame) => frameView(frame, sent));
  const more = received.length - limit;
  return html`<section>
    <h4>Frames</h4>
    ${shown}${
      more > 0
        ? html`<p class="quiet">and ${counted(more, 'more frame')}, which vppcap replay -o x.pcapng --both has</p>`
        : null
    }
  </section>`;
}
