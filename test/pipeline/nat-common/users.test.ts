import { expect } from 'chai';
import fc from 'fast-check';
import { Sessions } from '../../../src/pipeline/nat-common/state/sessions.js';
import { packKey } from '../../../src/pipeline/nat-common/state/session-key.js';
import { Users } from '../../../src/pipeline/nat-common/state/users.js';

const QUOTA = 1000;

/** One step: a user gets a session, uses one, or loses one (chosen by `pick` among those there are). */
interface Step {
  kind: 'add' | 'touch' | 'delete';
  user: number;
  pick: number;
}

const step = fc.record<Step>({
  kind: fc.constantFrom('add', 'touch', 'delete'),
  user: fc.integer({ min: 0, max: 4 }),
  pick: fc.nat(1000),
});

describe('NAT44 users and sessions', () => {
  it('keep sessions in order of use, like plain lists do', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const sessions = new Sessions();
        const users = new Users(sessions);
        const twin = new Map<number, number[]>();
        for (const { kind, user: address, pick } of steps) {
          const list = twin.get(address) ?? [];
          twin.set(address, list);
          if (kind === 'add') {
            const user = users.getOrCreate(address, 0);
            const session = sessions.allocate();
            sessions.setIn2out(session, address, packKey(pick, 1, 0));
            users.append(user, session);
            users.countSession(user, false, QUOTA);
            list.push(session);
          } else if (list.length > 0) {
            const [session] = list.splice(pick % list.length, 1);
            if (kind === 'touch') users.touch(session);
            else users.deleteSession(session);
            if (kind === 'touch') list.push(session);
          }
        }
        for (const [address, list] of twin) expect(listOf(users, sessions, address)).to.deep.equal(list);
        expect(sessions.count).to.equal([...twin.values()].flat().length);
      }),
    );
  });

  it('reuse the index freed last first', () => {
    const sessions = new Sessions();
    const [first, second, third] = [sessions.allocate(), sessions.allocate(), sessions.allocate()];
    sessions.release(first);
    sessions.release(third);
    expect([sessions.allocate(), sessions.allocate(), sessions.allocate()]).to.deep.equal([third, first, third + 1]);
    expect(second).to.equal(1);
  });

  it('forget a user with the last session', () => {
    const sessions = new Sessions();
    const users = new Users(sessions);
    const user = users.getOrCreate(5, 0);
    const session = sessions.allocate();
    sessions.setIn2out(session, 5, 0);
    users.append(user, session);
    users.countSession(user, false, QUOTA);
    users.deleteSession(session);
    expect(users.find(5, 0)).to.equal(-1);
    expect(users.getOrCreate(6, 0)).to.equal(user);
  });
});

/** A user's sessions, least recently used first. */
function listOf(users: Users, sessions: Sessions, address: number): number[] {
  const user = users.find(address, 0);
  const list: number[] = [];
  if (user < 0) return list;
  for (let session = users.oldest[user]; session >= 0; session = sessions.newer(session)) list.push(session);
  return list;
}
