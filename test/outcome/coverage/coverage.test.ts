import { expect } from 'chai';
import {
  coverageCounts,
  mergeCoverages,
  type Coverage,
  type CoverageItem,
} from '../../../src/outcome/coverage/coverage.js';

const item = (kind: CoverageItem['kind'], packets: number, more: Partial<CoverageItem> = {}): CoverageItem => ({
  kind,
  name: `${kind} 0`,
  text: 'permit',
  origin: 'node.vpp:1',
  packets,
  sessionPackets: 0,
  unreachable: null,
  ...more,
});

const coverage = (configuration: string, frames: number, items: readonly CoverageItem[]): Coverage => ({
  configuration,
  frames,
  items,
});

describe('pipeline/coverage', () => {
  it('sums replays of one configuration and keeps others apart', () => {
    const merged = mergeCoverages([
      coverage('a.vpp', 3, [item('ACL rule', 1, { sessionPackets: 2 }), item('route', 0)]),
      coverage('b.vpp', 1, [item('route', 7)]),
      coverage('a.vpp', 4, [item('ACL rule', 2, { sessionPackets: 5 }), item('route', 1)]),
    ]);
    expect(merged).to.deep.equal([
      coverage('a.vpp', 7, [item('ACL rule', 3, { sessionPackets: 7 }), item('route', 1)]),
      coverage('b.vpp', 1, [item('route', 7)]),
    ]);
  });

  it('refuses to sum what is not of one configuration', () => {
    const changed = [coverage('a.vpp', 1, [item('route', 1)]), coverage('a.vpp', 1, [])];
    expect(() => mergeCoverages(changed)).to.throw('a.vpp: changed between two replays');
  });

  it('counts by kind, and an exercised item never as unreachable', () => {
    const unreachable = { why: 'shadowed', text: 'shadowed by rule 0', by: ['rule 0'] } as const;
    const counts = coverageCounts(
      coverage('a.vpp', 1, [
        item('ACL rule', 1),
        item('ACL rule', 0),
        item('ACL rule', 0, { unreachable }),
        item('ACL rule', 1, { unreachable }),
        item('neighbour', 0),
      ]),
    );
    expect(counts).to.deep.equal([
      { kind: 'ACL rule', items: 4, exercised: 2, unreachable: 1 },
      { kind: 'neighbour', items: 1, exercised: 0, unreachable: 0 },
    ]);
  });
});
