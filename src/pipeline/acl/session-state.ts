/**
 * Sessions of the ACL plugin as `show acl-plugin sessions` prints them: each alone (`thread 0 index N`), with all that it has, or the
 * keys of all (`verbose 1`), from which only the flows follow (VPP 19.08 src/plugins/acl/acl.c acl_show_aclplugin_sessions_fn,
 * fa_node.h fa_session_t).
 *
 *     session index 5:
 *       info: 0000000000000000 0000000000000000 0000000000000000 d804010a9903010a 00030106270fff4b 8000000000000005
 *       tcp_flags_seen: 200
 *       last active time: 9788907333520
 *       link enqueue time: 9788907333520
 *       link next index: 6
 *       link list id: 3
 *
 *     0: l3 10.1.4.216 -> 10.1.3.153 l4 lsb_of_sw_if_index 3 proto 6 l4_is_input 0 l4_slow_path 0 l4_flags 0x00 port 9999 -> 65355 | sess id 5 thread id 0 epoch 8000
 */

import { PROTOCOL_TCP } from '../../wire/ip4.js';
import { counted } from '../command/suggest.js';
import { contradicts, type AnswerLine, type ShowAnswer, type StateReading } from '../show-answers.js';
import type { Tables } from '../engine/tables.js';
import { ACL_VERDICT } from './acl-steps.js';
import { FiveTuple, L4_FLAG_IS_INPUT } from './five-tuple.js';
import type { RestoredSession } from './sessions/acl-sessions.js';

/** A session, and where the text has it. */
interface ShownSession extends RestoredSession {
  readonly at: AnswerLine;
  readonly answer: ShowAnswer;
  /** The session behind it in its list, where the text tells. */
  readonly next: number | null;
}

/** VPP's words for the fields of a session, which are printed and read. */
const SEEN = 'tcp_flags_seen';
const ACTIVE = 'last active time';
const ENQUEUE = 'link enqueue time';
const NEXT_INDEX = 'link next index';
const PREVIOUS_INDEX = 'link prev index';
const LIST = 'link list id';

const CLOCKS = /^\s*now: (\d+) clocks per second: (\d+)/;
const INDEX = /^\s*session index (\d+):/;
const INFO = /^\s*info: ((?:[0-9a-f]{16} ){4})([0-9a-f]{16}) ([0-9a-f]{16})/;
const FIELD = new RegExp(`^\\s*(${[SEEN, ACTIVE, ENQUEUE, NEXT_INDEX, LIST].join('|')}): ([0-9a-f]+)`);
const KEY =
  /l3 (\S+) -> (\S+) l4 lsb_of_sw_if_index (\d+) proto (\d+) l4_is_input (\d) l4_slow_path \d l4_flags 0x([0-9a-f]+) port (\d+) -> (\d+) \| sess id (\d+) thread id \d+ epoch ([0-9a-f]+)/;

/** Bit of the epoch that says that the session was made on input. */
const EPOCH_IS_INPUT = 0x8000;
/** Sessions in no list are free, and those of list 4 deleted. */
const LISTS = new Set([1, 2, 3]);

/** Seconds of the node's clock by the CPU's, which the answers count times in. */
type Seconds = (clocks: number) => number;

/** The last `now` of all answers is taken to be the clock's; they stand moments before each other. */
function secondsBy(answers: readonly ShowAnswer[], clock: number): Seconds {
  let [now, perSecond] = [0, 1];
  for (const { lines } of answers)
    for (const { text } of lines) {
      const clocks = CLOCKS.exec(text);
      if (clocks && Number(clocks[1]) > now) [now, perSecond] = [Number(clocks[1]), Number(clocks[2])];
    }
  return (clocks) => clock - (now - clocks) / perSecond;
}

const word = (hex: string): number => parseInt(hex, 16) | 0;
const swapped = (hex: string): number => word((hex.match(/../g) ?? []).reverse().join(''));

/** The addresses of a key: those of IPv4 are its last two words, and the others 0 (is_ip6_5tuple). */
function keyOf(words: string): FiveTuple {
  const key = new FiveTuple();
  const all = words
    .trim()
    .split(' ')
    .flatMap((both) => [swapped(both.slice(8)), swapped(both.slice(0, 8))]);
  if (all.slice(0, 6).some((part) => part !== 0)) key.setIp6(all);
  else [key.source, key.destination] = all.slice(6);
  return key;
}

const endsOf = ({ source, destination, isIp6, addresses }: FiveTuple) => ({ source, destination, isIp6, addresses });

/** The sessions that stand alone in an answer. */
function* detailed(answer: ShowAnswer, seconds: Seconds): Generator<ShownSession> {
  for (let i = 0; i < answer.lines.length; i++) {
    const index = INDEX.exec(answer.lines[i].text);
    const info = INFO.exec(answer.lines.at(i + 1)?.text ?? '');
    if (!index || !info) continue;
    const field = new Map<string, string>();
    const at = answer.lines[i];
    for (i += 2; i < answer.lines.length && !INDEX.test(answer.lines[i].text); i++) {
      const found = FIELD.exec(answer.lines[i].text);
      if (found && !field.has(found[1])) field.set(found[1], found[2]);
    }
    i--;
    if (!LISTS.has(Number(field.get(LIST)))) continue;
    const [, addresses, l4] = info;
    const destinationPort = parseInt(l4.slice(8, 12), 16);
    const sourcePort = parseInt(l4.slice(12, 16), 16);
    const next = Number(field.get(NEXT_INDEX));
    yield {
      at,
      answer,
      index: Number(index[1]),
      ...endsOf(keyOf(addresses)),
      ports: sourcePort | (destinationPort << 16),
      l4: (word(l4.slice(0, 4)) << 16) | (word(l4.slice(4, 6)) << 8) | word(l4.slice(6, 8)),
      tcpFlagsSeen: parseInt(field.get(SEEN) ?? '0', 16),
      lastActive: seconds(Number(field.get(ACTIVE))),
      enqueued: seconds(Number(field.get(ENQUEUE))),
      next: next === 0xffffffff ? null : next,
    };
  }
}

/** The sessions of which only keys are shown: the forward key is the one of the direction that the epoch says. */
function* keyed(answer: ShowAnswer, clock: number): Generator<ShownSession> {
  for (const at of answer.lines) {
    const key = KEY.exec(at.text);
    if (!key) continue;
    const [, source, destination, swIfIndex, protocol, isInput, flags, from, to, index, epoch] = key;
    if (((parseInt(epoch, 16) & EPOCH_IS_INPUT) !== 0) !== (isInput === '1')) continue;
    const ends = new FiveTuple();
    ends.readText(source, destination);
    yield {
      at,
      answer,
      index: Number(index),
      ...endsOf(ends),
      ports: Number(from) | (Number(to) << 16),
      l4: Number(protocol) | (parseInt(flags, 16) << 8) | (Number(swIfIndex) << 16),
      tcpFlagsSeen: 0,
      lastActive: clock,
      enqueued: clock,
      next: null,
    };
  }
}

export const SHOWN_ACL_SESSIONS = {
  kind: ACL_VERDICT,
  in: (answers: readonly ShowAnswer[]): ShownSession[] => {
    const seconds = secondsBy(answers, 0);
    return answers.flatMap((answer) => [...keyed(answer, 0), ...detailed(answer, seconds)]);
  },
};

export function fillAclSessions(answers: readonly ShowAnswer[], { tables, clock, assume }: StateReading): string {
  const now = clock ?? tables.clock.now;
  const seconds = secondsBy(answers, now);
  const inKeys = answers.flatMap((answer) => [...keyed(answer, now)]);
  const alone = answers.flatMap((answer) => [...detailed(answer, seconds)]);
  const sessions = new Map([...inKeys, ...alone].map((one) => [one.index, one]));
  const inDetail = new Set(alone.map(({ index }) => index));
  for (const { answer, at, l4 } of sessions.values())
    if (l4 >>> 16 >= tables.interfaces.all.length)
      throw contradicts(answer, at, `the configuration has no interface with sw_if_index ${String(l4 >>> 16)}`);
  const known = [...sessions.values()];
  if (known.some(({ l4 }) => (l4 & 0xff) === PROTOCOL_TCP) && inDetail.size < known.length)
    assume(
      'TCP flags and times of ACL sessions are not shown (show acl-plugin sessions thread 0 index N tells them): taken to be none, and now',
    );
  tables.acl.cleaner.begin = null; // what VPP sent by itself is among them, or gone
  tables.acl.sessions.restore(inListOrder(known));
  return counted(known.length, 'ACL session');
}

/** As their lists have them: chains where they are told, else in order of time. */
function inListOrder(sessions: readonly ShownSession[]): ShownSession[] {
  const byIndex = new Map(sessions.map((one) => [one.index, one]));
  const followers = new Set(sessions.flatMap(({ next }) => next ?? []));
  const ordered: ShownSession[] = [];
  const heads = sessions
    .filter(({ index }) => !followers.has(index))
    .sort((a, b) => a.enqueued - b.enqueued || a.index - b.index);
  for (const head of heads)
    for (let one: ShownSession | undefined = head; one; one = byIndex.get(one.next ?? -1)) {
      ordered.push(one);
      byIndex.delete(one.index);
    }
  return ordered;
}

/** Clocks of the CPU in which times are printed: nanoseconds. */
const CLOCKS_PER_SECOND = 1e9;
const clocks = (seconds: number): string => String(BigInt(Math.round(seconds * CLOCKS_PER_SECOND)));
const hex = (value: number, digits: number): string => (value >>> 0).toString(16).padStart(digits, '0');
const bytesSwapped = (address: number): string => (hex(address, 8).match(/../g) ?? []).reverse().join('');
/** A key's words as VPP prints 64 bits: the one further up in memory first. */
const keyWords = (words: readonly number[]): string =>
  [0, 2, 4, 6].map((at) => bytesSwapped(words[at + 1]) + bytesSwapped(words[at])).join(' ');
/** VPP's ~0. */
const link = (index: number): string => String(index < 0 ? 0xffffffff : index);

/** `show acl-plugin sessions thread 0 index N` for each session. */
export function* aclSessionLines({ acl: { sessions }, clock }: Tables): Generator<string> {
  yield `now: ${clocks(clock.now)} clocks per second: ${CLOCKS_PER_SECOND}`;
  const { pool } = sessions;
  for (const session of pool.used()) {
    const { source, destination, ports, l4, tcpFlagsSeen, lastActive, enqueued, next, previous, list } =
      pool.recordOf(session);
    const ended = `${((l4 >>> 8) & L4_FLAG_IS_INPUT) !== 0 ? '8000' : '0000'}0000${hex(session, 8)}`;
    const flow = `${hex(l4 >>> 16, 4)}${hex((l4 >>> 8) & 0xff, 2)}${hex(l4 & 0xff, 2)}${hex(ports >>> 16, 4)}${hex(ports & 0xffff, 4)}`;
    yield `  session index ${session}:`;
    const addresses = pool.isIp6(session) ? [...pool.addressesOf(session)] : [0, 0, 0, 0, 0, 0, source, destination];
    yield `    info: ${keyWords(addresses)} ${flow} ${ended}`;
    yield `    sw_if_index: ${l4 >>> 16}`;
    yield `    ${SEEN}: ${tcpFlagsSeen.toString(16)}`;
    yield `    ${ACTIVE}: ${clocks(lastActive)}`;
    yield '    thread index: 0';
    yield `    ${ENQUEUE}: ${clocks(enqueued)}`;
    yield `    ${NEXT_INDEX}: ${link(next)}`;
    yield `    ${PREVIOUS_INDEX}: ${link(previous)}`;
    yield `    ${LIST}: ${list}`;
  }
}
