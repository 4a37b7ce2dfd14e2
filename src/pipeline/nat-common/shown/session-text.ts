/**
 * NAT44 sessions as VPP's show commands print them: one form for all kinds of NAT44 (VPP 19.08 src/plugins/nat/nat_format.c
 * format_snat_session).
 *
 *     10.1.1.22: 7 dynamic translations, 0 static translations
 *       i2o 10.1.1.22 proto tcp port 62149 fib 0
 *       o2i 192.168.16.1 proto tcp port 44109 fib 0
 *          external host 31.134.97.51:443
 *          index 5
 *          last heard .78
 *          total pkts 1, total bytes 54
 *          dynamic translation
 */

import { parseAddress } from '../../../wire/address.js';
import { contradicts, type AnswerLine, type ShowAnswer } from '../../show-answers.js';
import type { KnownEnd, KnownSession } from './known-session.js';
import { NAT_ICMP, NAT_TCP, NAT_UDP, NAT_UNKNOWN } from '../state/session-key.js';

export interface ShownSession extends KnownSession {
  readonly at: AnswerLine;
  readonly answer: ShowAnswer;
  /** Seconds until it times out, from when the text was taken; null where that is not told. */
  readonly timeoutIn: number | null;
  /** Its flows, where the answer has them: what follows `i2o flow: match: ` and `o2i flow: match: `. */
  readonly i2oFlow: string | null;
  readonly o2iFlow: string | null;
}

type Growing = { -readonly [K in keyof ShownSession]?: ShownSession[K] } & { at: AnswerLine; kinds: Set<string> };

/** VPP's words, which are printed and read. */
export const WORDS = {
  dynamics: 'dynamic translations',
  statics: 'static translations',
  host: 'external host',
  index: 'index',
  heard: 'last heard',
  timeout: 'timeout in',
  match: 'flow: match:',
  packets: 'total pkts',
  bytes: 'total bytes',
} as const;
/** Kinds of sessions, in the order in which they are printed. */
export const STATIC = 'static translation';
export const DYNAMIC = 'dynamic translation';
export const BYPASS = 'forwarding-bypass';
export const BALANCED = 'load-balancing';
export const TWICE = 'twice-nat';

const ADDRESS = '(\\d+\\.\\d+\\.\\d+\\.\\d+)';
const USER = new RegExp(`^\\s*${ADDRESS}: \\d+ ${WORDS.dynamics}?, \\d+ ${WORDS.statics}?`);
const END = new RegExp(`^\\s*(i2o|o2i) ${ADDRESS} proto (\\S+)(?: port (\\d+))? fib (\\d+)`);
const HOST = new RegExp(`^\\s*${WORDS.host} (?:o2i )?${ADDRESS}:(\\d+)(?: i2o ${ADDRESS}:(\\d+))?`);
const INDEX = new RegExp(`^\\s*${WORDS.index} (\\d+)`);
const HEARD = new RegExp(`^\\s*${WORDS.heard} (\\d*\\.?\\d+)`);
const TIMEOUT = new RegExp(`^\\s*${WORDS.timeout} (-?\\d*\\.?\\d+)`);
const FLOW = new RegExp(`^\\s*(i2o|o2i) ${WORDS.match} (.*)`);
const TOTALS = new RegExp(`^\\s*${WORDS.packets} (\\d+), ${WORDS.bytes} (\\d+)`);
const KIND = new RegExp(`^\\s*(${[STATIC, DYNAMIC, BYPASS, BALANCED, TWICE].join('|')})\\s*$`);

const PROTOCOLS = new Map([
  ['udp', NAT_UDP],
  ['tcp', NAT_TCP],
  ['icmp', NAT_ICMP],
]);

const address = (text: string): number => parseAddress(text) ?? 0;

function endOf([, , of, protocol, port, fib]: RegExpExecArray): KnownEnd {
  const known = PROTOCOLS.get(protocol.toLowerCase());
  return {
    address: address(of),
    protocol: known ?? NAT_UNKNOWN,
    ipProtocol: known === undefined ? Number(protocol) : 0,
    port: Number(port),
    fibIndex: Number(fib),
  };
}

/** Whether an answer tells how many sessions users have, without any of them: `show nat44 sessions` of 19.08. */
export const isCount = ({ lines }: ShowAnswer): boolean =>
  lines.some(({ text }) => USER.test(text)) && !lines.some(({ text }) => END.test(text));

/** The sessions of an answer, in its order. Throws ConfigError for one that is not whole. */
export function readSessions(answer: ShowAnswer): ShownSession[] {
  const sessions: ShownSession[] = [];
  let user: number | null = null;
  let open: Growing | null = null;
  const finish = (): void => {
    if (open === null) return;
    const { at, inside, outside, index, lastHeard = 0, packets = 0, bytes = 0 } = open;
    if (!inside || !outside || index === undefined)
      throw contradicts(answer, at, 'a session whose lines are not all there');
    const {
      externalHost = null,
      translatedHost = null,
      timeoutIn = null,
      i2oFlow = null,
      o2iFlow = null,
      kinds,
    } = open;
    sessions.push({
      ...{ at, answer, user, inside, outside, index, lastHeard, packets, bytes, externalHost, translatedHost, kinds },
      ...{ timeoutIn, i2oFlow, o2iFlow },
    });
    open = null;
  };
  for (const line of answer.lines) {
    const { text } = line;
    const newUser = USER.exec(text);
    if (newUser) {
      finish();
      user = address(newUser[1]);
      continue;
    }
    const end = END.exec(text);
    if (end?.[1] === 'i2o') {
      finish();
      open = { at: line, inside: endOf(end), kinds: new Set() };
    } else if (end && open) open.outside = endOf(end);
    else if (open) readField(open, text);
  }
  finish();
  return sessions;
}

function readField(session: Growing, text: string): void {
  const [host, index, heard, totals, kind] = [HOST, INDEX, HEARD, TOTALS, KIND].map((form) => form.exec(text));
  if (host) {
    session.externalHost = { address: address(host[1]), port: Number(host[2]) };
    if (host[3]) session.translatedHost = { address: address(host[3]), port: Number(host[4]) };
  }
  if (index) session.index = Number(index[1]);
  if (heard) session.lastHeard = Number(heard[1]);
  if (totals) [session.packets, session.bytes] = [Number(totals[1]), Number(totals[2])];
  const [timeout, flow] = [TIMEOUT.exec(text), FLOW.exec(text)];
  if (timeout) session.timeoutIn = Number(timeout[1]);
  if (flow) session[flow[1] === 'i2o' ? 'i2oFlow' : 'o2iFlow'] = flow[2];
  if (kind) session.kinds.add(kind[1]);
}
