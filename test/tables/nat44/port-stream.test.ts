import { expect } from 'chai';
import { PortStream } from '../../../src/tables/nat44/port-stream.js';

describe('NAT44 port stream', () => {
  it('draws the ports that VPP draws from a fresh process (oracle/NOTES-19.08.md)', () => {
    const stream = new PortStream();
    const ports = Array.from({ length: 7 }, () => stream.randomPort());
    expect(ports).to.deep.equal([16253, 18995, 53893, 44109, 25801, 41137, 23198]);
  });

  it('stays within 1025..65535', () => {
    const stream = new PortStream();
    for (let i = 0; i < 200_000; i++) expect(stream.randomPort()).to.be.within(1025, 65535);
  });
});
