/**
 * ACL sessions at the end of recorded cases, as VPP 19.08.2 listed them (sessions.txt): index, five-tuple, interface, TCP
 * flags seen and list. Session indices are what a trace prints as `match: acl -1 rule N`.
 */

import { existsSync } from 'node:fs';
import { expect } from 'chai';
import * as pool from '../../../src/pipeline/acl/sessions/session-pool.js';
import type { Tables } from '../../../src/pipeline/engine/tables.js';
import { formatAddress } from '../../../src/wire/address.js';
import { CORPUS } from '../../oracle/floor.js';
import { recordedText, tablesAfter } from '../../oracle/tables-after.js';

/** B-acl5 is left out: its sessions time out, and their indices depend on when VPP's cleaner ran. */
const CASES = [
  ...['A-seed0', 'A-seed1', 'A-seed2', 'A-seed3', 'B-acl0', 'B-acl1', 'B-acl2', 'B-acl3', 'B-acl4', 'B-acl6'],
  ...['F-malformed1', 'F-malformed2', 'G-frag1', 'G-frag3', 'G-frag5'],
];

const SESSION =
  /session index (\d+):[^]*?sw_if_index: (\d+)\n\s*tcp_flags_seen: (\w+)[^]*?link list id: (\d)\n.*l3 ip4 (\S+) -> (\S+) l4 .* proto (\d+) .*l4_flags 0x(\w+) port (\d+) -> (\d+)/g;

/** Sessions in sessions.txt, one line each; records without a list are not in use. */
function recordedSessions(text: string): string[] {
  return [...text.matchAll(SESSION)]
    .filter(([, , , , list]) => list !== '0')
    .map(([, index, swIfIndex, tcpFlags, list, source, destination, protocol, l4Flags, sourcePort, destinationPort]) =>
      [
        index,
        swIfIndex,
        `flags ${tcpFlags}`,
        `list ${list}`,
        source,
        destination,
        protocol,
        l4Flags,
        sourcePort,
        destinationPort,
      ].join(' '),
    );
}

function modelledSessions({ acl }: Tables): string[] {
  const { words } = acl.sessions.pool;
  // Every session is in a list, and a freed record in none.
  return Array.from({ length: words.length / pool.SESSION_WORDS }, (_, index) => index)
    .filter((index) => (words[index * pool.SESSION_WORDS + pool.STATE] & pool.LIST_MASK) !== 0)
    .map((index) => {
      const at = index * pool.SESSION_WORDS;
      const l4 = words[at + pool.L4];
      const ports = words[at + pool.PORTS];
      const state = words[at + pool.STATE];
      return [
        ...[index, l4 >>> 16, `flags ${(state & 0xffff).toString(16)}`],
        `list ${(state & pool.LIST_MASK) >> pool.LIST_SHIFT}`,
        ...[formatAddress(words[at + pool.SOURCE]), formatAddress(words[at + pool.DESTINATION])],
        ...[l4 & 0xff, ((l4 >>> 8) & 0xff).toString(16).padStart(2, '0'), ports & 0xffff, ports >>> 16],
      ].join(' ');
    });
}

describe(`ACL sessions as recorded${existsSync(CORPUS) ? '' : ` (skipped: no corpus at ${CORPUS})`}`, () => {
  const test = existsSync(CORPUS) ? it : it.skip;
  for (const name of CASES)
    test(name, async () => {
      const recorded = recordedSessions(recordedText(name));
      expect(modelledSessions(await tablesAfter(name))).to.deep.equal(recorded);
    });
});
