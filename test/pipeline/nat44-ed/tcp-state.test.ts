import { expect } from 'chai';
import { Clock } from '../../../src/pipeline/engine/state/clock.js';
import { FlowStamps } from '../../../src/pipeline/engine/state/flow-stamps.js';
import { opensConnection } from '../../../src/pipeline/nat-common/nat-packet.js';
import { AddressPool } from '../../../src/pipeline/nat-common/pool/address-pool.js';
import { PortStream } from '../../../src/pipeline/nat-common/state/port-stream.js';
import { SESSION_OUTPUT_FEATURE, Sessions } from '../../../src/pipeline/nat-common/state/sessions.js';
import { Users } from '../../../src/pipeline/nat-common/state/users.js';
import { AffinityTable } from '../../../src/pipeline/nat-common/state/affinity-table.js';
import { EdSessions } from '../../../src/pipeline/nat44-ed/state/ed-sessions.js';
import { trackSegment } from '../../../src/pipeline/nat44-ed/state/tcp-state.js';
import { ACK, FIN, RST, SYN } from '../../../src/wire/tcp.js';

/** One segment: who sent it, flags, sequence and acknowledgment number. */
type Segment = readonly [side: 'in' | 'out', flags: number, sequence?: number, acknowledgment?: number];

interface Row {
  name: string;
  given: readonly Segment[];
  /** Session state after the last segment (NAT44_SES_*), and whether that segment closed it. */
  expected: { state: number; closes?: boolean };
  flags?: number;
}

const HANDSHAKE: readonly Segment[] = [
  ['in', SYN],
  ['out', SYN | ACK],
  ['in', ACK],
];

const ROWS: Row[] = [
  { name: 'SYN of the inside', given: [['in', SYN]], expected: { state: 16 } },
  { name: 'SYN of the outside', given: [['out', SYN]], expected: { state: 32 } },
  { name: 'both SYNs', given: HANDSHAKE.slice(0, 2), expected: { state: 48 } },
  { name: 'established', given: HANDSHAKE, expected: { state: 0 } },
  { name: 'reset', given: [...HANDSHAKE, ['out', RST]], expected: { state: 64 } },
  {
    name: 'reset during the handshake is none',
    given: [
      ['in', SYN],
      ['out', RST | ACK],
    ],
    expected: { state: 16 },
  },
  { name: 'anything after a reset revives', given: [...HANDSHAKE, ['out', RST], ['in', ACK]], expected: { state: 0 } },
  { name: 'FIN of the inside', given: [...HANDSHAKE, ['in', FIN | ACK, 100, 1]], expected: { state: 1 } },
  {
    name: 'FIN acknowledged',
    given: [...HANDSHAKE, ['in', FIN | ACK, 100, 1], ['out', ACK, 200, 101]],
    expected: { state: 1 | 4 },
  },
  {
    name: 'FIN not acknowledged yet',
    given: [...HANDSHAKE, ['in', FIN | ACK, 100, 1], ['out', ACK, 200, 100]],
    expected: { state: 1 },
  },
  {
    name: 'an acknowledgment that wrapped around counts as old',
    given: [...HANDSHAKE, ['in', FIN | ACK, 0xffffffff, 1], ['out', ACK, 200, 0]],
    expected: { state: 1 },
  },
  {
    name: 'closed by the last acknowledgment',
    given: [...HANDSHAKE, ['in', FIN | ACK, 100, 1], ['out', FIN | ACK, 200, 101], ['in', ACK, 101, 201]],
    expected: { state: 15, closes: true },
  },
  {
    name: 'closed by the outside',
    given: [...HANDSHAKE, ['out', FIN | ACK, 200, 1], ['in', FIN | ACK, 100, 201], ['out', ACK, 201, 101]],
    expected: { state: 15, closes: true },
  },
  {
    name: 'kept for the output feature to delete',
    given: [...HANDSHAKE, ['in', FIN | ACK, 100, 1], ['out', FIN | ACK, 200, 101], ['in', ACK, 101, 201]],
    flags: SESSION_OUTPUT_FEATURE,
    expected: { state: 15 },
  },
];

function segmentOf([, flags, sequence = 0, acknowledgment = 0]: Segment): DataView {
  const view = new DataView(new ArrayBuffer(20));
  view.setUint8(13, flags);
  view.setUint32(4, sequence);
  view.setUint32(8, acknowledgment);
  return view;
}

describe('NAT44 ED TCP state', () => {
  for (const { name, given, expected, flags = 0 } of ROWS)
    it(name, () => {
      const sessions = new Sessions();
      const users = new Users(sessions);
      const pool = new AddressPool(new PortStream());
      const parts = { sessions, users, pool, twicePool: pool, isExpired: () => false };
      const ed = new EdSessions(parts, new AffinityTable(new Clock()), new FlowStamps());
      const session = ed.allocate(users.getOrCreate(1, 0), 1, 0);
      sessions.addFlags(session, flags);
      const closed = given.map((segment) =>
        trackSegment(ed, session, { view: segmentOf(segment), l3: 0, l4: 0 }, segment[0] === 'in'),
      );
      expect(sessions.state(session)).to.equal(expected.state);
      expect(closed).to.deep.equal(given.map((_, i) => i === given.length - 1 && (expected.closes ?? false)));
    });

  it('takes only a SYN without ACK for the opening of a connection', () => {
    const openers = [SYN, SYN | ACK, ACK, 0, SYN | FIN].filter((flags) => opensConnection(segmentOf(['in', flags]), 0));
    expect(openers).to.deep.equal([SYN, SYN | FIN]);
  });
});
