/** The packet traces of Contiv's guide, which are not part of the repository. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** VPPCAP_REFERENCE names their folder. */
export const GUIDE_TRACES = process.env['VPPCAP_REFERENCE'] ?? '../shared/reference';

export interface GuideText {
  readonly name: string;
  readonly text: string;
}

/** All of them by name; none where the folder is not there. */
export function guideTexts(): GuideText[] {
  const folder = join(GUIDE_TRACES, 'contiv-traces');
  if (!existsSync(folder)) return [];
  return [...readdirSync(folder).map((name) => join('contiv-traces', name)), 'POD_TO_INTERNET.txt'].map((name) => ({
    name,
    text: readFileSync(join(GUIDE_TRACES, name), 'utf8'),
  }));
}
