import { expect } from 'chai';
import { AffinityTable } from '../../../src/pipeline/nat-common/state/affinity-table.js';
import { Clock } from '../../../src/pipeline/engine/state/clock.js';
import { NAT_TCP, NAT_UDP } from '../../../src/pipeline/nat-common/state/session-key.js';

const CLIENT = 0x08080808;
const SERVICE = 0x0a600001;

describe('NAT44 affinity', () => {
  const tableAt = (): { clock: Clock; table: AffinityTable } => {
    const clock = new Clock();
    const table = new AffinityTable(clock);
    table.createAndLock(CLIENT, SERVICE, NAT_TCP, 80, 3, 10);
    return { clock, table };
  };

  it('keeps the back end of a client, service, protocol and port', () => {
    const { table } = tableAt();
    expect(table.findAndLock(CLIENT, SERVICE, NAT_TCP, 80)).to.equal(3);
    expect(table.findAndLock(CLIENT + 1, SERVICE, NAT_TCP, 80)).to.equal(-1);
    expect(table.findAndLock(CLIENT, SERVICE + 1, NAT_TCP, 80)).to.equal(-1);
    expect(table.findAndLock(CLIENT, SERVICE, NAT_UDP, 80)).to.equal(-1);
    expect(table.findAndLock(CLIENT, SERVICE, NAT_TCP, 81)).to.equal(-1);
  });

  it('keeps a locked record for ever, and an unlocked one for its time', () => {
    const { clock, table } = tableAt();
    clock.now += 1000;
    expect(table.findAndLock(CLIENT, SERVICE, NAT_TCP, 80)).to.equal(3);
    table.unlock(CLIENT, SERVICE, NAT_TCP, 80);
    clock.now += 1000;
    expect(table.findAndLock(CLIENT, SERVICE, NAT_TCP, 80)).to.equal(3);
    table.unlock(CLIENT, SERVICE, NAT_TCP, 80);
    table.unlock(CLIENT, SERVICE, NAT_TCP, 80);
    clock.now += 10;
    expect(table.findAndLock(CLIENT, SERVICE, NAT_TCP, 80), 'the last second counts').to.equal(3);
    table.unlock(CLIENT, SERVICE, NAT_TCP, 80);
    clock.now += 10.5;
    expect(table.findAndLock(CLIENT, SERVICE, NAT_TCP, 80)).to.equal(-1);
  });

  it('does not change a record that is there', () => {
    const { table } = tableAt();
    table.createAndLock(CLIENT, SERVICE, NAT_TCP, 80, 4, 10);
    expect(table.findAndLock(CLIENT, SERVICE, NAT_TCP, 80)).to.equal(3);
  });
});
