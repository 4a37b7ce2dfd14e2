/** A frame and what became of it: before and after, field by field and byte by byte, and the nodes on its way. */

import { LINKTYPE_ETHERNET } from '../../../capture/frame-batch.js';
import { packetWords } from '../../../explain/packet-words.js';
import { decodeFrame } from '../../../verify/packet/fields.js';
import type { PacketRecord, ReceivedFrame } from '../../result.js';
import { hexView } from './hex-view.js';
import { html, type Markup } from './markup.js';

const fieldsOf = ({ bytes, linkType = LINKTYPE_ETHERNET }: PacketRecord): ReadonlyMap<string, string> =>
  decodeFrame(bytes, linkType).fields;

const wordsOf = ({ bytes, originalLength, linkType }: PacketRecord): string =>
  packetWords(new DataView(bytes.buffer), 0, bytes.length, originalLength, linkType);

/** Two packets side by side, with the fields that tell them apart on top. */
export function comparison(before: PacketRecord, after: PacketRecord, titles: readonly [string, string]): Markup {
  return html`<div class="compare">
    ${fieldTable(fieldsOf(before), fieldsOf(after), titles)}
    <div class="bytes">${side(before, after, titles[0])} ${side(after, before, titles[1])}</div>
  </div>`;
}

export const single = (packet: PacketRecord, title: string): Markup =>
  html`<div class="compare">
    ${fieldList([...fieldsOf(packet)], 'decoded')}
    <div class="bytes">${side(packet, null, title)}</div>
  </div>`;

const side = (packet: PacketRecord, other: PacketRecord | null, title: string): Markup => {
  const cut = packet.originalLength > packet.bytes.length ? `, ${packet.originalLength} on the wire` : '';
  return html`<figure>
    <figcaption>${title} <span>${packet.bytes.length} bytes${cut}</span></figcaption>
    ${hexView(packet.bytes, other?.bytes ?? null)}
  </figure>`;
};

/** Changed fields in view, the others behind a click. */
function fieldTable(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  titles: readonly [string, string],
): Markup {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  const same = names.filter((name) => before.get(name) === after.get(name));
  const changes = changed.map(
    (name) =>
      html`<tr><th>${name}</th><td>${before.get(name) ?? '–'}</td><td><b>${after.get(name) ?? '–'}</b></td></tr>`,
  );
  const head = html`<thead><tr><th>field</th><th>${titles[0]}</th><th>${titles[1]}</th></tr></thead>`;
  const table = html`<div class="scroll"><table>${head}<tbody>${changes}</tbody></table></div>`;
  return html`${changed.length === 0 ? html`<p class="quiet">no field differs</p>` : table}${fieldList(
    same.map((name) => [name, before.get(name) ?? '']),
    'that are the same',
  )}`;
}

const fieldList = (fields: readonly (readonly [string, string])[], words: string): Markup =>
  html`<details class="fields"><summary>${fields.length} fields ${words}</summary>
    <div class="scroll"><table><tbody>${fields.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</tbody></table></div>
  </details>`;

/** What kind of node it is, for its colour. */
function kindOf(node: string): string {
  if (/^(?:error-)?drop$|-drop$|punt/.test(node)) return 'drop';
  if (node.startsWith('acl-')) return 'acl';
  if (node.startsWith('nat')) return 'nat';
  if (/-output$|-tx$/.test(node)) return 'out';
  return /lookup|rewrite|load-balance/.test(node) ? 'route' : 'plain';
}

/** The way through the graph, drawn as stations on a line. */
export const nodePath = (nodes: readonly string[]): Markup =>
  html`<ol class="path" aria-label="nodes visited">
    ${nodes.map((node) => html`<li class="${kindOf(node)}">${node}</li>`)}
  </ol>`;

/** A received frame: closed, a line; open, its way and everything that left because of it. */
export function frameView({ name, packet, verdict, decisions }: ReceivedFrame, sent: readonly PacketRecord[]): Markup {
  const { rx, out, nodes, cause, drop, disposition } = verdict;
  const outputs = out.map((index) => sent[index]);
  // Of a frame that ended in a node, what left is something else: an ICMP error about it, an ARP request.
  const isOther = disposition === 'dropped' || disposition === 'punted';
  const received = `received on ${rx}`;
  const views = outputs.map((after) =>
    isOther
      ? single(after, `made by VPP, sent on ${nameOf(after)}`)
      : comparison(packet, after, [received, `sent on ${nameOf(after)}`]),
  );
  const to =
    outputs.length === 0 ? null : html`<span class="to">${[...new Set(outputs.map(nameOf))].join(', ')}</span>`;
  const tag = isOther || to === null ? html`<span class="tag ${disposition}">${disposition}</span>` : null;
  return html`<details class="frame"><summary><span class="number">${name.replace('frame ', '')}</span><span class="from">${rx}</span>
    <span class="arrow">→</span>${tag}${isOther && to !== null ? html`<span class="quiet">answer to</span>` : null}${to}
    <span class="words">${wordsOf(packet)}</span>${cause === null ? null : html`<span class="cause">${cause}</span>`}</summary>
    <div class="body">${nodePath(nodes)}
    ${decisions.length === 0 ? null : html`<ul class="decisions">${decisions.map((words) => html`<li>${words}</li>`)}</ul>`}
    ${drop === null ? null : html`<p class="quiet">VPP's trace: ${drop}</p>`}
    ${isOther || views.length === 0 ? single(packet, received) : null}${views}</div></details>`;
}

const nameOf = ({ interfaceName }: PacketRecord): string => interfaceName ?? '?';
