/** The golden corpora: a folder of recorded cases for each release. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf } from './oracle-case.js';

export interface Corpus {
  /** `19.08` */
  readonly release: string;
  readonly folder: string;
}

const PREFIX = 'vpp-';

/** Folders of further families: of nodes that had run before, of IPv6 and VLANs, of nodes that were changed while frames ran. */
const KINDS = ['', 'running', 'ip6-vlan', 'changes'];

/** Those in a folder, by release; none where it is not there. */
export const corporaIn = (folder: string): Corpus[] =>
  KINDS.flatMap((kind) =>
    (existsSync(join(folder, kind)) ? readdirSync(join(folder, kind)) : [])
      .filter((name) => name.startsWith(PREFIX))
      .sort()
      .map((name) => ({ release: name.slice(PREFIX.length), folder: join(folder, kind, name) })),
  );

export interface CaseChoice {
  readonly release?: string | undefined;
  readonly family?: string | undefined;
  readonly case?: string | undefined;
}

export const casesOf = ({ folder }: Corpus): string[] =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'config.vpp')))
    .sort();

/** Cases that a command line asks for, with their corpus. Ends the process where there are none. */
export function chosenCases(choice: CaseChoice): { readonly corpus: Corpus; readonly name: string }[] {
  const folder = process.env['VPPCAP_ORACLE'] ?? join('..', 'shared', 'oracle');
  const corpora = corporaIn(folder);
  if (corpora.length === 0) {
    console.error(`there is no corpus at ${folder}; VPPCAP_ORACLE names the folder that holds vpp-19.08/`);
    process.exit(2);
  }
  const chosen = corpora
    .filter(({ release }) => release === (choice.release ?? release))
    .flatMap((corpus) => casesOf(corpus).map((name) => ({ corpus, name })))
    .filter(({ name }) => familyOf(name) === (choice.family ?? familyOf(name)) && name === (choice.case ?? name));
  if (chosen.length > 0) return chosen;
  console.error('no case has that name');
  process.exit(2);
}
