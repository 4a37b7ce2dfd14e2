/**
 * What `--keep` says:
 *
 *     drop ["TEXT"]      the first frame that is dropped; the cause, or the reason that VPP prints, has the text in it
 *     frame [FILE:]N     all that becomes of this frame
 *     expect             the first difference to what --expect names
 *     diff [KIND]        the first change between two configurations or releases, of a kind (diff/change.ts)
 */

import { UsageError } from '../capture/user-error.js';
import { CHANGE_KINDS } from '../diff/change.js';
import { nearest } from '../pipeline/command/suggest.js';

const WORDS = ['drop', 'frame', 'expect', 'diff'] as const;

export interface Keep {
  readonly what: (typeof WORDS)[number];
  /** What stands behind it. */
  readonly of: string | null;
}

const FORM = /^\s*(\S+)(?:\s+(?:"([^"]*)"|(\S.*?)))?\s*$/;

/** Throws UsageError. */
export function parseKeep(text: string): Keep {
  const found = FORM.exec(text);
  const word = found?.at(1) ?? '';
  const of = found?.at(2) ?? found?.at(3) ?? null;
  const complain = (message: string): UsageError => new UsageError(`--keep '${text}': ${message}`);
  const what = WORDS.find((one) => one === word);
  if (what === undefined) {
    const meant = nearest(word, WORDS);
    throw complain(
      `expected drop, frame, expect or diff, found "${word}"${meant === null ? '' : `; did you mean ${meant}?`}`,
    );
  }
  if (what === 'expect' && of !== null) throw complain(`expected the end behind "expect", found "${of}"`);
  if (what === 'frame' && !/(^|:)[1-9]\d*$/.test(of ?? ''))
    throw complain('expected the number of a frame, such as 7 or FILE:7');
  if (what === 'diff' && of !== null && !(CHANGE_KINDS as readonly string[]).includes(of))
    throw complain(`no change is called "${of}"; there are ${CHANGE_KINDS.join(', ')}`);
  return { what, of };
}
