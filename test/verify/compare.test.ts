import { expect } from 'chai';
import { describeDifference } from '../../src/verify/report/report-text.js';
import type { Difference } from '../../src/verify/report/report.js';
import { compare, VerifyOptionsError, type Comparison } from '../../src/verify/verify.js';
import { captureOf, type GivenFrame } from './frames.js';
import { frame, tcpIp } from './packets.js';

const packets = (count: number, ttl = 64): GivenFrame[] =>
  Array.from({ length: count }, (_, n) => ({ hex: frame(tcpIp({ id: n & 0xffff, seq: n, ttl })) }));

async function listed(comparison: Comparison): Promise<Difference[]> {
  const found: Difference[] = [];
  for await (const difference of comparison) found.push(difference);
  return found;
}

describe('a comparison as its user iterates over it', () => {
  it('has the differences and a summary', async () => {
    const comparison = compare(captureOf(packets(3)), captureOf([...packets(2), ...packets(3, 63).slice(2)]));
    const found = await listed(comparison);
    expect(found.map(describeDifference)).to.deep.equal(['frame 3: ip4.ttl expected 63, got 64']);
    const { isMatch, matched, differences } = await comparison.summary();
    expect({ isMatch, matched }).to.deep.equal({ isMatch: false, matched: 2 });
    expect(differences).to.deep.equal(found);
  });

  it('has none where captures match', async () => {
    const comparison = compare(captureOf(packets(5)), captureOf(packets(5)));
    expect(await listed(comparison)).to.deep.equal([]);
    expect((await comparison.summary()).isMatch).to.equal(true);
    expect(await listed(comparison)).to.deep.equal([]);
  });

  it('has all differences, of which the summary lists as many as it is asked for', async () => {
    const [actual, expected] = [packets(3000, 63), packets(3000)];
    const comparison = compare(captureOf(actual), captureOf(expected), { listedDifferences: 10 });
    const found = await listed(comparison);
    expect(found).to.have.lengthOf(3000);
    const { differences, counts, groups } = await comparison.summary();
    expect(differences).to.deep.equal(found.slice(0, 10));
    expect(counts.changed).to.equal(3000);
    expect(groups.map(({ packets: count }) => count)).to.deep.equal([3000]);
  });

  it('goes on where its user stops iterating', async () => {
    const comparison = compare(captureOf(packets(30, 63)), captureOf(packets(30)));
    for await (const { kind } of comparison) {
      expect(kind).to.equal('changed');
      break;
    }
    expect((await comparison.summary()).counts.changed).to.equal(30);
  });

  it('refuses options at once', () => {
    const options = {
      interfacePairs: [{ actual: 'a', expected: 'b' }],
      rules: [{ field: 'interface', mask: null, interfaceName: null }],
    };
    expect(() => compare([], [], options)).to.throw(VerifyOptionsError, 'leave one of them out');
  });
});
