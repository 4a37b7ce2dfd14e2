/** An explanation in sentences. */

import { isNotModelled } from '../outcome/frame-end.js';
import type { ConfigLine, Explanation } from './frame-explainer.js';
import type { LostPacket } from './lost-packet.js';
import type { Namer } from './named.js';
import { adviceParts } from './remedies.js';

/** @param named what addresses are called; commands stay as they are */
export function explanationLines(explanation: Explanation, named: Namer = (words) => words): string[] {
  const { name, rx, packet, outcome, steps, sent, cause, vppReason } = explanation;
  const subject = `F${name.slice(1)}`;
  if (rx === null) return [named(`${subject}, ${packet}, was not replayed: ${cause ?? 'no interface takes it'}.`)];
  const lines = [named(`${subject} arrived on ${rx}: ${packet}.`)];
  if (explanation.fixed.length > 0) lines.push(`  Filled in before it ran: ${explanation.fixed.join(' and ')}.`);
  lines.push(...explanation.arrival.map((sentence) => `  ${sentence}.`));
  for (const { node, text, config } of steps) {
    lines.push(named(`  ${node}: ${text}.`));
    if (config === null) continue;
    lines.push(`    ${configText(config)}`);
  }
  if (explanation.changed)
    lines.push('  The configuration was changed before, last by', `    ${configText(explanation.changed)}`);
  if (explanation.assumed.length > 0) lines.push('  Of the state before, this is taken for granted:');
  lines.push(...explanation.assumed.map((sentence) => `    ${sentence}`));
  const own = sent.filter(({ isMade }) => !isMade);
  for (const { interface: by, packet: left } of own) lines.push(named(`It left by ${by}: ${left}.`));
  if (outcome === 'dropped' || outcome === 'punted') {
    lines.push(named(`It was ${outcome}: ${cause ?? 'no reason known'}.`));
    // Of what is not modelled, VPP's reason is not known either.
    const isKnown = !isNotModelled(cause ?? '');
    if (isKnown && vppReason !== null && vppReason !== cause) lines.push(`  VPP's own trace says "${vppReason}".`);
    lines.push(...adviceLines(explanation).map(named));
  }
  if (outcome === 'consumed')
    lines.push('A node kept it or used it up: it waits for other fragments, or was sent on in parts.');
  for (const { interface: by, packet: made } of sent.filter(({ isMade }) => isMade))
    lines.push(named(`Because of it, VPP sent on ${by}: ${made}.`));
  for (const lostOne of explanation.lost) lines.push(...lostLines(lostOne).map(named));
  for (const unknown of explanation.unknowns) lines.push(`${unknown.charAt(0).toUpperCase()}${unknown.slice(1)}.`);
  return lines;
}

const configText = ({ file, line, since, text }: ConfigLine): string =>
  `${file}:${line}${since === undefined ? '' : ` (${since})`}: ${text}`;

function lostLines({ kind, packet, outcome, cause, vppReason, advice, consequence }: LostPacket): string[] {
  const article = /^[AI]/.test(kind) ? 'an' : 'a';
  return [
    `Because of it, there was ${article} ${kind} that VPP ${outcome}: ${packet}.`,
    `  It was ${outcome} because: ${cause}.`,
    ...(vppReason === cause ? [] : [`  VPP counts it under "${vppReason}".`]),
    ...adviceLines(adviceParts(advice)).map((line) => `  ${line}`),
    ...(consequence === null ? [] : [`  So ${consequence}.`]),
  ];
}

function adviceLines({ remedy, noRemedy }: Pick<Explanation, 'remedy' | 'noRemedy'>): string[] {
  if (remedy !== null) return [`To pass, ${remedy}.`];
  return noRemedy === null ? [] : [`${noRemedy}.`];
}
