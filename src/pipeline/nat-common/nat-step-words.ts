/** What is said about NAT44: translations, sessions, mappings, and ports that were drawn. */

import { formatAddress } from '../../wire/address.js';
import { PROTOCOL_ICMP } from '../../wire/ip4.js';
import type { Steps } from '../engine/steps.js';
import {
  baseName,
  type MadeSession,
  type SessionMaker,
  type StepSentence,
  type StepSource,
  type StepWords,
  wasThere,
} from '../step-words.js';
import { HEADER_WORDS, headerChanges, outsideEnd, sessionProtocol, type Change } from './header-words.js';
import { NAT44, NAT44_PORT } from './nat-steps.js';

const FIELD = NAT44.at;
const PORT = NAT44_PORT.at;

/** A step read. `mapping` is that which made the session, where the packet met none itself. */
interface Translation {
  readonly session: number;
  readonly isNew: boolean;
  /** 'file:line' of the static mapping. */
  readonly mapping: string | null;
  readonly changes: readonly Change[];
  readonly protocol: number;
  readonly maker: SessionMaker | null;
  /** What tells of a session that was there before the first frame. */
  readonly toldBy: string | null;
}

function translationAt(at: number, source: StepSource): Translation {
  const { words } = source.steps;
  const session = words[at + FIELD.session];
  const maker = session < 0 ? null : source.makerOf(NAT44, session);
  const met = words[at + FIELD.mapping];
  const mapping = met < 0 && maker !== null ? maker.first : met;
  const protocol = words[at + FIELD.protocol];
  return {
    session,
    isNew: words[at + FIELD.isNew] !== 0,
    // A session may outlive its mapping.
    mapping: source.tables.nat44.mappings.pool.find(mapping)?.origin ?? null,
    changes: headerChanges(words, at + FIELD.source, at + FIELD.newSource, protocol),
    protocol,
    maker,
    toldBy: session < 0 || maker !== null ? null : source.tables.earlierSessions.tellerOf(NAT44, session),
  };
}

const isUntouched = ({ changes, session, mapping }: Translation): boolean =>
  changes.length === 0 && session < 0 && mapping === null;

/** A packet that nothing was found for, nor looked for in vain, and nothing changed of: what it was does not matter. */
function common({ words }: Steps, at: number): number {
  if (words[at + FIELD.session] >= 0 || words[at + FIELD.mapping] >= 0 || words[at + FIELD.isMissed] !== 0) return 0;
  for (let word = 0; word < HEADER_WORDS; word++)
    if (words[at + FIELD.source + word] !== words[at + FIELD.newSource + word]) return 0;
  return FIELD.protocol;
}

/** The outside end that was looked for in vain; null where nothing was. */
const missedEnd = (at: number, { steps: { words } }: StepSource, { protocol }: Translation): string | null =>
  words[at + FIELD.isMissed] === 0 ? null : outsideEnd(words, at + FIELD.source, protocol);

/** The session's maker, with the mapping and the draw of its port: a port step comes before the session's own. */
function made(steps: Steps, at: number): MadeSession | null {
  const { words } = steps;
  const session = words[at + FIELD.session];
  const mapping = words[at + FIELD.mapping];
  if (session < 0 || (words[at + FIELD.isNew] === 0 && mapping < 0)) return null;
  let [draw, tries] = [0, 0];
  for (const other of steps.all())
    if (other < at && steps.kindAt(other) === NAT44_PORT && words[other + PORT.session] === session)
      [draw, tries] = [words[other + PORT.lastDraw], words[other + PORT.draws]];
  return { isNew: words[at + FIELD.isNew] !== 0, session, first: mapping, second: draw, third: tries };
}

const SHORT = { source: 'src', destination: 'dst', identifier: 'identifier' } as const;

function comment(at: number, source: StepSource): string | null {
  const step = translationAt(at, source);
  const { session, isNew, mapping, changes, toldBy } = step;
  if (isUntouched(step)) {
    const missed = missedEnd(at, source, step);
    return missed === null ? null : `nat44: no session or mapping for ${missed}`;
  }
  const subject = session < 0 ? 'nat44' : `nat44 session ${session}${isNew ? ' new' : ''}`;
  const what = changes.map(
    ({ what: side, isQuoted, before, after }) => `${isQuoted ? 'quoted ' : ''}${SHORT[side]} ${before} > ${after}`,
  );
  const by = mapping === null ? '' : ` by the mapping at ${baseName(mapping)}`;
  return `${subject}: ${what.length > 0 ? what.join(', ') : 'unchanged'}${by}${wasThere(toldBy)}`;
}

/** 'the source 10.1.1.3:41084 to 192.168.16.1:16253', with what changes in the packet that an ICMP error quotes. */
function changesText(changes: readonly Change[]): string {
  const [own, quoted] = [false, true].map((isQuoted) =>
    changes
      .filter((change) => change.isQuoted === isQuoted)
      .map(({ what, before, after }) => `the ${what} ${before} to ${after}`)
      .join(' and '),
  );
  if (quoted === '') return own;
  return `${own}${own === '' ? '' : ', and '}in the packet that it quotes ${quoted}`;
}

function sentence(at: number, source: StepSource): StepSentence | null {
  const step = translationAt(at, source);
  const { session, isNew, mapping, changes, protocol, maker, toldBy } = step;
  if (isUntouched(step)) {
    const end = missedEnd(at, source, step);
    if (end === null) return null;
    return { text: `NAT44 has no session or mapping for ${end} and passes the packet on untranslated`, origin: '' };
  }
  const parts = [changes.length > 0 ? `NAT44 translates ${changesText(changes)}` : 'NAT44 leaves it as it is'];
  if (session >= 0 && isNew) parts.push(`with session ${session}, which it makes`);
  else if (session >= 0)
    parts.push(`by session ${session}${maker === null ? wasThere(toldBy) : `, which ${source.frameName(maker)} made`}`);
  if (mapping !== null) parts.push('by a static mapping');
  const draw = mapping === null && changes.length > 0 ? (maker?.second ?? 0) : 0;
  if (draw === 0) return { text: parts.join(', '), origin: mapping ?? '' };
  const isQuery = sessionProtocol(source.steps.words, at + FIELD.source, protocol) === PROTOCOL_ICMP;
  const vain = (maker?.third ?? 1) - 1;
  const drawn =
    `${isNew ? 'its' : 'the'} ${isQuery ? 'identifier' : 'port'} ${isNew ? 'is' : 'was'} draw ${draw} of NAT44's generator` +
    (vain > 0 ? `, after ${vain} that it could not use` : '');
  return { text: `${parts.join(', ')}; ${drawn}`, origin: poolOrigin(session, source) };
}

/** The command that put the session's outside address into the pool. */
function poolOrigin(session: number, { tables: { nat44 } }: StepSource): string {
  return nat44.pool.find(nat44.sessions.out2inAddress(session))?.origin ?? '';
}

const translationWords: StepWords = {
  kind: NAT44,
  made,
  session: ({ words }, at) => words[at + FIELD.session],
  common,
  data: (at, source) => {
    const step = translationAt(at, source);
    const { session, isNew, mapping, changes, maker, toldBy } = step;
    return {
      session: session < 0 ? null : session,
      isNew,
      madeBy: isNew || maker === null ? null : source.frameName(maker),
      toldBy,
      mapping,
      changes,
      missed: isUntouched(step) ? missedEnd(at, source, step) : null,
    };
  },
  comment,
  sentence,
};

const portWords: StepWords = {
  kind: NAT44_PORT,
  data: (at, { steps: { words } }) => ({
    session: words[at + PORT.session],
    address: formatAddress(words[at + PORT.address]),
    port: words[at + PORT.port],
    draw: words[at + PORT.lastDraw],
  }),
};

export const natStepWords: readonly StepWords[] = [translationWords, portWords];
