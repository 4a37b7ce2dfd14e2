import { expect } from 'chai';
import { PortStream } from '../../../src/pipeline/nat-common/state/port-stream.js';

describe('NAT44 port stream', () => {
  it('draws the ports that VPP draws from a fresh process (oracle/NOTES-19.08.md)', () => {
    const stream = new PortStream();
    const ports = Array.from({ length: 7 }, () => stream.randomPort());
    expect(ports).to.deep.equal([16253, 18995, 53893, 44109, 25801, 41137, 23198]);
  });

  it('stays within 1025..65535', () => {
    const stream = new PortStream();
    let lowest = Infinity;
    let highest = 0;
    for (let i = 0; i < 1_000_000; i++) {
      const port = stream.randomPort();
      lowest = Math.min(lowest, port);
      highest = Math.max(highest, port);
    }
    expect([lowest, highest]).to.deep.equal([1025, 65535]);
  });
});
