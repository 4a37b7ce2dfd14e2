import { expect } from 'chai';
import { Clock } from '../../../src/pipeline/engine/state/clock.js';
import { FlowStamps } from '../../../src/pipeline/engine/state/flow-stamps.js';
import { AddressPool, ANY_FIB } from '../../../src/pipeline/nat-common/pool/address-pool.js';
import { PortStream } from '../../../src/pipeline/nat-common/state/port-stream.js';
import { NAT_TCP, packKey } from '../../../src/pipeline/nat-common/state/session-key.js';
import {
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_FWD_BYPASS,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
  SESSION_UNKNOWN_PROTO,
  Sessions,
} from '../../../src/pipeline/nat-common/state/sessions.js';
import { Users } from '../../../src/pipeline/nat-common/state/users.js';
import { FlowHashTable4 } from '../../../src/pipeline/engine/state/flow-hash-table.js';
import { AffinityTable } from '../../../src/pipeline/nat-common/state/affinity-table.js';
import { edPortsWord, edProtocolWord } from '../../../src/pipeline/nat44-ed/state/ed-key.js';
import { EdSessions } from '../../../src/pipeline/nat44-ed/state/ed-sessions.js';

const POD = 0x0a010103;
const SERVER = 0x08080808;
const OUTSIDE = 0x0c0a8101;
const TWICE = 0x0a01fefe;
const TCP = 6;
const GRE = 47;
const TIMEOUT = 5;

/** Local and remote address, IP protocol, FIB, local and remote port. */
type Key = readonly [number, number, number, number, number, number];

const find = (table: FlowHashTable4, ...[local, remote, protocol, fib, port, remotePort]: Key): number =>
  table.get(local, remote, edProtocolWord(protocol, fib), edPortsWord(port, remotePort));

const setUp = () => {
  const sessions = new Sessions();
  const users = new Users(sessions);
  const stream = new PortStream();
  const pool = new AddressPool(stream);
  const twicePool = new AddressPool(stream);
  pool.add(OUTSIDE, ANY_FIB);
  twicePool.add(TWICE, ANY_FIB);
  const isExpired = (session: number, now: number): boolean => now >= sessions.lastHeard(session) + TIMEOUT;
  const parts = { sessions, users, pool, twicePool, isExpired };
  const ed = new EdSessions(parts, new AffinityTable(new Clock()), new FlowStamps());
  const user = users.getOrCreate(POD, 0);
  /** A session as a SYN from the pod makes it. */
  const open = (port: number, now = 0, quota = 3): number => {
    const session = ed.allocate(user, quota, now);
    if (session < 0) return session;
    pool.allocate(NAT_TCP, 0);
    sessions.addFlags(session, SESSION_ENDPOINT_DEPENDENT);
    sessions.setIn2out(session, POD, packKey(port, NAT_TCP, 0));
    sessions.setOut2in(session, OUTSIDE, packKey(pool.allocatedPort, NAT_TCP, 0));
    sessions.setExtHost(session, SERVER, 80);
    sessions.setLastHeard(session, now);
    users.countSession(user, false, quota);
    ed.index(session);
    return session;
  };
  return { sessions, users, pool, twicePool, ed, user, open };
};

describe('NAT44 ED sessions', () => {
  it('tells flows apart by every part of the key', () => {
    const { ed, open } = setUp();
    const session = open(1000);
    expect(find(ed.in2out, POD, SERVER, TCP, 0, 1000, 80)).to.equal(session);
    const others: readonly Key[] = [
      [POD + 1, SERVER, TCP, 0, 1000, 80],
      [POD, SERVER + 1, TCP, 0, 1000, 80],
      [POD, SERVER, 17, 0, 1000, 80],
      [POD, SERVER, TCP, 1, 1000, 80],
      [POD, SERVER, TCP, 0, 1001, 80],
      [POD, SERVER, TCP, 0, 1000, 81],
    ];
    for (const key of others) expect(find(ed.in2out, ...key)).to.equal(-1);
  });

  it('gives a user at the quota nothing, until its least recently used session has expired', () => {
    const { ed, users, user, open, pool } = setUp();
    expect([open(1, 0), open(2, 1), open(3, 2)]).to.deep.equal([0, 1, 2]);
    expect(open(4, 4.9)).to.equal(-1);
    expect(users.totalOf(user)).to.equal(3);
    expect(pool.find(OUTSIDE)?.isBusy(NAT_TCP, 16253)).to.equal(true);
    expect(open(4, 5)).to.equal(0);
    expect(users.totalOf(user)).to.equal(3);
    expect(find(ed.in2out, POD, SERVER, TCP, 0, 1, 80)).to.equal(-1);
    expect(pool.find(OUTSIDE)?.isBusy(NAT_TCP, 16253)).to.equal(false);
    expect(users.oldest[user]).to.equal(1);
  });

  it('reuses an expired session before it makes a new one', () => {
    const { open } = setUp();
    open(1, 0);
    expect(open(2, 10)).to.equal(0);
  });

  it('removes a session with its keys, its port, and the user with its last one', () => {
    const { ed, users, pool, open, sessions } = setUp();
    const session = open(1000);
    ed.remove(session);
    expect(find(ed.in2out, POD, SERVER, TCP, 0, 1000, 80)).to.equal(-1);
    expect(find(ed.out2in, OUTSIDE, SERVER, TCP, 0, 16253, 80)).to.equal(-1);
    expect(pool.find(OUTSIDE)?.busyPorts[NAT_TCP]).to.equal(0);
    expect([users.count, sessions.count]).to.deep.equal([0, 0]);
  });

  it('removes a twice-nat session by the translated client, and keeps a static port', () => {
    const { ed, pool, twicePool, sessions, open } = setUp();
    const session = open(8080);
    twicePool.allocate(NAT_TCP, 0);
    sessions.addFlags(session, SESSION_STATIC_MAPPING | SESSION_TWICE_NAT);
    sessions.setExtHostNat(session, TWICE, twicePool.allocatedPort);
    ed.index(session);
    ed.remove(session);
    expect(find(ed.in2out, POD, TWICE, TCP, 0, 8080, twicePool.allocatedPort)).to.equal(-1);
    expect(twicePool.find(TWICE)?.busyPorts[NAT_TCP]).to.equal(0);
    expect(pool.find(OUTSIDE)?.busyPorts[NAT_TCP]).to.equal(1);
  });

  it('removes a bypass session of another protocol by its addresses', () => {
    const { ed, sessions, user } = setUp();
    const session = ed.allocate(user, 3, 0);
    sessions.addFlags(session, SESSION_FWD_BYPASS | SESSION_UNKNOWN_PROTO);
    sessions.setIn2out(session, POD, packKey(GRE, 7, 0));
    sessions.setExtHost(session, SERVER, 0);
    ed.index(session);
    expect(find(ed.in2out, POD, SERVER, GRE, 0, 0, 0)).to.equal(session);
    ed.remove(session);
    expect(find(ed.in2out, POD, SERVER, GRE, 0, 0, 0)).to.equal(-1);
  });
});
