/** `show nat44 sessions` of endpoint-dependent NAT44 as VPP 26.06 prints it (src/plugins/nat/nat44-ed/nat44_ed_format.c), from the model, and as recorded. */

import { formatAddress } from '../../../src/wire/address.js';
import type { Tables } from '../../../src/pipeline/engine/tables.js';
import { keyFib, keyPort, keyProtocol } from '../../../src/pipeline/nat-common/state/session-key.js';
import {
  SESSION_FWD_BYPASS,
  SESSION_LOAD_BALANCING,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
} from '../../../src/pipeline/nat-common/state/sessions.js';
import { i2oOf, o2iOf } from '../../../src/pipeline/nat44-ed-26/state/ed-flows.js';
import { IP_PROTOCOL_NAMES } from '../../../src/pipeline/trace/names.js';

/** By NAT's number; another one is printed as the IP protocol that stands in the port's place. */
const PROTOCOLS = ['UDP', 'TCP', 'ICMP'] as const;

function keyText(address: number, word: number): string {
  const name = PROTOCOLS[keyProtocol(word)] as string | undefined;
  const ends = name === undefined ? `proto ${keyPort(word)}` : `proto ${name} port ${keyPort(word)}`;
  return `${formatAddress(address)} ${ends} fib ${keyFib(word)}`;
}

function flowText(words: Int32Array, flow: number): string {
  const [source, destination, ports, protocol, newSource, newDestination, newPorts, newFib, rest] =
    words.subarray(flow);
  const match =
    `match: saddr ${formatAddress(source)} sport ${ports & 0xffff} daddr ${formatAddress(destination)} dport ${ports >>> 16} ` +
    `proto ${IP_PROTOCOL_NAMES.get(protocol & 0xff) ?? `unknown ${protocol & 0xff}`} fib_idx ${protocol >>> 8}`;
  const rewrites = [
    [2, `saddr ${formatAddress(newSource)}`],
    [4, `sport ${newPorts & 0xffff}`],
    [8, `daddr ${formatAddress(newDestination)}`],
    [16, `dport ${newPorts >>> 16}`],
    [32, `icmp-id ${rest & 0xffff}`],
    [64, `txfib ${newFib}`],
  ] as const;
  const made = rewrites.filter(([operation]) => ((rest >>> 16) & operation) !== 0).map(([, text]) => text);
  return made.length === 0 ? match : `${match} rewrite: ${made.join(' ')}`;
}

function sessionLines({ nat44: { sessions }, nat44Ed26 }: Tables, session: number): string[] {
  const { words } = nat44Ed26.sessions.flows;
  const flags = sessions.flags(session);
  const host = `${formatAddress(sessions.extHostAddress(session))}:${sessions.extHostPort(session)}`;
  const hostNat = `${formatAddress(sessions.extHostNatAddress(session))}:${sessions.extHostNatPort(session)}`;
  return [
    `i2o ${keyText(sessions.in2outAddress(session), sessions.in2outWord(session))}`,
    `o2i ${keyText(sessions.out2inAddress(session), sessions.out2inWord(session))}`,
    flags & SESSION_TWICE_NAT ? `external host o2i ${host} i2o ${hostNat}` : `external host ${host}`,
    `i2o flow: ${flowText(words, i2oOf(session))}`,
    `o2i flow: ${flowText(words, o2iOf(session))}`,
    `index ${session}`,
    `total pkts ${sessions.totalPackets(session)}, total bytes ${sessions.totalBytes(session)}`,
    flags & SESSION_STATIC_MAPPING ? 'static translation' : 'dynamic translation',
    ...(flags & SESSION_FWD_BYPASS ? ['forwarding-bypass'] : []),
    ...(flags & SESSION_LOAD_BALANCING ? ['load-balancing'] : []),
    ...(flags & SESSION_TWICE_NAT ? ['twice-nat'] : []),
  ];
}

/** Sessions by index; without times. */
export function modelledLines(tables: Tables): string[] {
  const { sessions } = tables.nat44;
  const used = Array.from({ length: sessions.length }, (_, session) => session).filter((one) => sessions.isUsed(one));
  return used.flatMap((session) => sessionLines(tables, session));
}

/** The same of a recording. */
export function recordedLines(sessionsText: string): string[] {
  const lines = sessionsText.split('\n').map((line) => line.trim());
  const from = lines.indexOf('NAT44 ED sessions:') + 2;
  const to = lines.findIndex((line, at) => at > from && line.startsWith('###'));
  return lines
    .slice(from, to)
    .filter((line) => line !== '' && !line.startsWith('last heard') && !line.startsWith('timeout in'));
}
