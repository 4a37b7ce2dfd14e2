/** Inputs from the field, which are not part of the project: VPPCAP_FIELD names their folder. Tests say that they skip where it is absent. */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const FIELD = resolve(process.env['VPPCAP_FIELD'] ?? join('..', 'shared', 'field'));

export const hasField = existsSync(FIELD);

/** Put behind a suite's title: empty where the inputs are there. */
export const fieldNote = hasField ? '' : ` (skipped: no inputs at ${FIELD}; VPPCAP_FIELD names another place)`;

/** The path of one of them, e.g. fieldFile('fcs-kept', 'fcs.pcap'). */
export const fieldFile = (folder: string, name: string): string => join(FIELD, folder, name);

/** A suite over inputs from the field; pending, with the reason in its title, where there are none. */
export function describeField(title: string, suite: () => void): void {
  if (hasField) describe(title, suite);
  else describe(`${title}${fieldNote}`, () => it.skip(fieldNote.trim()));
}
