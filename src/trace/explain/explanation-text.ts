/** An explanation in sentences. */

import type { Explanation } from './explain-frame.js';

export function explanationLines({
  name,
  rx,
  packet,
  outcome,
  steps,
  sent,
  unknowns,
  cause,
  vppReason,
  remedy,
}: Explanation): string[] {
  const subject = `F${name.slice(1)}`;
  if (rx === null) return [`${subject}, ${packet}, was not replayed: ${cause ?? 'no interface takes it'}.`];
  const lines = [`${subject} arrived on ${rx}: ${packet}.`];
  for (const { node, text, config } of steps) {
    lines.push(`  ${node}: ${text}.`);
    if (config !== null) lines.push(`    ${config.file}:${config.line}: ${config.text}`);
  }
  const own = sent.filter(({ isMade }) => !isMade);
  for (const { interface: by, packet: left } of own) lines.push(`It left by ${by}: ${left}.`);
  if (outcome === 'dropped' || outcome === 'punted') {
    lines.push(`It was ${outcome}: ${cause ?? 'no reason known'}.`);
    if (vppReason !== null && vppReason !== cause) lines.push(`  VPP's own trace says "${vppReason}".`);
    if (remedy !== null) lines.push(`To pass, ${remedy}.`);
  }
  if (outcome === 'consumed')
    lines.push('A node kept it or used it up: it waits for other fragments, or was sent on in parts.');
  for (const { interface: by, packet: made } of sent.filter(({ isMade }) => isMade))
    lines.push(`Because of it, VPP sent on ${by}: ${made}.`);
  for (const unknown of unknowns) lines.push(`${unknown.charAt(0).toUpperCase()}${unknown.slice(1)}.`);
  return lines;
}
