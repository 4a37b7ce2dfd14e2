import { expect } from 'chai';
import type { VerifyReport } from '../../src/verify/report/report.js';
import { verifyCaptures } from '../../src/verify/verify.js';
import { captureOf } from './frames.js';
import { frame, tcpIp } from './packets.js';

const PACKETS = 3000;

/** Packets that differ but for some, which come 700 later than expected. */
function reportOf(batchSize: number): Promise<VerifyReport> {
  const expected = Array.from({ length: PACKETS }, (_, n) => ({ hex: frame(tcpIp({ seq: n, ttl: 64 })) }));
  const actual = expected.map((_, n) => {
    const isLater = n % 5 === 0 && n >= 700;
    return { hex: frame(tcpIp(isLater ? { seq: n - 700, ttl: 64 } : { seq: n, ttl: 63 })) };
  });
  return verifyCaptures(
    [{ reader: captureOf(actual, 1, batchSize), interfaceName: null }],
    [{ reader: captureOf(expected, 1, batchSize), interfaceName: null }],
  );
}

describe('packets that wait in runs of a batch', () => {
  it('are told as those that wait one by one', async () => {
    const [inRuns, oneByOne] = [await reportOf(500), await reportOf(7)];
    expect(inRuns).to.deep.equal(oneByOne);
    expect(inRuns.matched + inRuns.counts.reordered).to.equal((PACKETS - 700) / 5);
  });
});
