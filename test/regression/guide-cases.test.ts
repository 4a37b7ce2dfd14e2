import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { findCases } from '../../src/regression/case/find-cases.js';
import type { CaseResult } from '../../src/regression/result.js';
import { testCase } from '../../src/regression/test-case.js';
import { addressOctets, macOctets, u16, u32 } from '../../tools/guide/bytes.js';
import { documentedPair, guidePairs } from '../../tools/guide/guide-flows.js';
import type { GuideFrame } from '../../tools/guide/guide-frames.js';

const REFERENCE = process.env['VPPCAP_REFERENCE'] ?? '../shared/reference';
const EXPECTATIONS = 'expectations';

const run = async (name: string): Promise<CaseResult> =>
  (await testCase({ name, folder: `${EXPECTATIONS}/${name}` }, { allowed: [], needsDetail: true })).result;

describe('regression cases of the project', () => {
  for (const { name } of findCases([EXPECTATIONS]))
    it(name, async () => {
      const { status, differences } = await run(name);
      expect(differences.map(({ message }) => message)).to.deep.equal([]);
      expect(status).to.equal('passed');
    });
});

/** The frames of a flow's request and response, which are the last two that leave. */
const lastTwo = ({ detail }: CaseResult): Uint8Array[] => (detail?.sent ?? []).slice(-2).map(({ bytes }) => bytes);

const [ETHERNET_BYTES, IP4_BYTES] = [14, 20];

/** The final headers of a trace against a frame, octet by octet. */
function expectFinalHeaders(frame: Uint8Array, { final }: GuideFrame): void {
  const at = (from: number, length: number): number[] => Array.from(frame.subarray(from, from + length));
  const tcp = ETHERNET_BYTES + IP4_BYTES;
  expect(at(0, 6), 'eth.dst').to.deep.equal(macOctets(final.mac?.destination ?? ''));
  expect(at(6, 6), 'eth.src').to.deep.equal(macOctets(final.mac?.source ?? ''));
  expect(at(ETHERNET_BYTES + 8, 1), 'ttl').to.deep.equal([final.ttl]);
  expect(at(ETHERNET_BYTES + 10, 2), 'ip4.checksum').to.deep.equal(u16(final.checksum));
  expect(at(ETHERNET_BYTES + 12, 4), 'ip4.src').to.deep.equal(addressOctets(final.source));
  expect(at(ETHERNET_BYTES + 16, 4), 'ip4.dst').to.deep.equal(addressOctets(final.destination));
  expect(at(tcp, 2), 'tcp.srcport').to.deep.equal(u16(final.sourcePort));
  expect(at(tcp + 2, 2), 'tcp.dstport').to.deep.equal(u16(final.destinationPort));
  expect(at(tcp + 4, 4), 'tcp.seq').to.deep.equal(u32(final.sequence));
  expect(at(tcp + 8, 4), 'tcp.ack').to.deep.equal(u32(final.acknowledgment));
  expect(at(tcp + 16, 2), 'tcp.checksum').to.deep.equal(u16(final.tcpChecksum));
}

const isThere = existsSync(REFERENCE);
const why = isThere ? '' : ` (skipped: no traces at ${REFERENCE}; VPPCAP_REFERENCE names another place)`;

describe(`what leaves, against the guide's own text${why}`, function () {
  before(function () {
    if (!isThere) this.skip();
  });

  it('has the final headers of every trace, and the bytes of its ip4-rewrite dump where nothing is translated after', async () => {
    for (const { flow, request, response } of guidePairs(REFERENCE)) {
      const frames = lastTwo(await run(flow));
      [request, response].forEach((guide, i) => {
        expectFinalHeaders(frames[i], guide);
        const dumped = Buffer.from(guide.dump.subarray(0, frames[i].length)).toString('hex');
        if (!guide.nodes.includes('nat44-in2out-output'))
          expect(Buffer.from(frames[i].subarray(0, guide.dump.length)).toString('hex'), flow).to.equal(dumped);
      });
    }
  });

  it('has the check values of POD_TO_INTERNET', async () => {
    const frames = lastTwo(await run('pod-to-internet'));
    documentedPair(REFERENCE).forEach((guide, i) => {
      expectFinalHeaders(frames[i], guide);
    });
  });
});

describe('the documented flow', () => {
  it('leaves as 192.168.16.1:25801 and comes back to 10.1.1.3:41084', async () => {
    const [request, response] = lastTwo(await run('pod-to-internet')).map((frame) =>
      Buffer.from(frame).toString('hex'),
    );
    expect(request.slice(0, 28)).to.equal('08002702a536080027449fd80800');
    expect(request.slice(28, 80)).to.equal('4500003c7dab40003f066cae' + 'c0a81001' + '1f866133' + '64c90050' + '9404');
    expect(request.slice(100, 104), 'TCP checksum').to.equal('07de');
    expect(response.slice(0, 28)).to.equal('00000000000202fe163f5f0f0800');
    expect(response.slice(28, 80)).to.equal('4500002c06d000003e06ea3f' + '1f866133' + '0a010103' + '0050a07c' + 'c9a7');
    expect(response.slice(100, 104), 'TCP checksum').to.equal('3b1e');
  });
});
