import { expect } from 'chai';
import { Reassemblies } from '../../../src/pipeline/nat-common/state/reassembly.js';

describe('NAT44 virtual reassembly', () => {
  it('finds a datagram again within 2 seconds of its last fragment', () => {
    const all = new Reassemblies<number>();
    const first = all.findOrCreate(1, 2, 3, 6, 10);
    expect(all.findOrCreate(1, 2, 3, 6, 11.9)).to.equal(first);
    expect(all.findOrCreate(1, 2, 3, 6, 13.8)).to.equal(first);
    expect(all.findOrCreate(1, 2, 3, 6, 15.8)).not.to.equal(first);
  });

  it('gives up a datagram with a sixth fragment before its first', () => {
    const all = new Reassemblies<number>();
    const one = all.findOrCreate(1, 2, 3, 6, 0);
    if (!one) throw new Error('no reassembly');
    for (let i = 0; i < 5; i++) {
      expect(all.mayHold(one)).to.equal(true);
      one.fragments.push(i);
    }
    expect(all.mayHold(one)).to.equal(false);
    expect(all.toDrop).to.deep.equal([0, 1, 2, 3, 4]);
    expect(all.findOrCreate(1, 2, 3, 6, 1)).to.equal(null);
    expect(all.findOrCreate(1, 2, 4, 6, 1)).not.to.equal(null);
  });

  it('has room for 1024 datagrams and then reuses the oldest that timed out', () => {
    const all = new Reassemblies<number>();
    for (let id = 0; id < 1024; id++) expect(all.findOrCreate(1, 2, id, 6, 0)).not.to.equal(null);
    all.findOrCreate(1, 2, 0, 6, 1)?.fragments.push(7);
    expect(all.findOrCreate(1, 2, 5000, 6, 1.5)).to.equal(null);
    expect(all.findOrCreate(1, 2, 5000, 6, 2.5)).not.to.equal(null);
    expect(all.toDrop).to.deep.equal([]);
    for (let id = 6000; id < 7022; id++) expect(all.findOrCreate(1, 2, id, 6, 2.5)).not.to.equal(null);
    expect(all.findOrCreate(1, 2, 8000, 6, 3.1)).not.to.equal(null);
    expect(all.toDrop).to.deep.equal([7]);
  });
});
