import { expect } from 'chai';
import fc from 'fast-check';
import { verifyCaptures } from '../../src/verify/verify.js';
import type { VerifyReport } from '../../src/verify/report/report.js';
import { captureOf, fromHex } from './frames.js';
import { echoIp, frame, tcpIp, udpIp } from './packets.js';

const PACKETS: Readonly<Record<string, string>> = {
  'TCP with data': frame(tcpIp({})),
  'TCP without': frame(tcpIp({ payload: '' })),
  UDP: frame(udpIp({ payload: '686970' })),
  'UDP without checksum': frame(udpIp({})).replace(/(0050000d)..../, '$10000'),
  echo: frame(echoIp({})),
  ARP: `ffffffffffff02000000010308060001080006040001${'02000000010300010a0000000000000a010101'.padEnd(40, '0')}`,
};

describe('fields found in the bytes of two packets', () => {
  const flips = fc.array(fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) }), {
    minLength: 1,
    maxLength: 3,
  });
  const reportOf = (e: string, a: string, comparesPadding: boolean): Promise<VerifyReport> =>
    verifyCaptures(
      [{ reader: captureOf([{ hex: a }]), interfaceName: null }],
      [{ reader: captureOf([{ hex: e }]), interfaceName: null }],
      { comparesPadding },
    );

  for (const [name, hex] of Object.entries(PACKETS))
    // Where padding is compared, too, fields are found in the packets' forms.
    it(`are those that are found in their forms: ${name}`, async () => {
      const length = hex.length / 2;
      await fc.assert(
        fc.asyncProperty(flips, async (changes) => {
          const bytes = fromHex(hex);
          for (const { at, bits } of changes) bytes[at % length] ^= bits;
          const other = Buffer.from(bytes).toString('hex');
          const [inBytes, inForms] = [await reportOf(hex, other, false), await reportOf(hex, other, true)];
          // Another EtherType or total length makes other bytes padding.
          fc.pre(changes.every(({ at }) => ![12, 13, 16, 17].includes(at % length)));
          expect(inBytes.groups).to.deep.equal(inForms.groups);
          expect(inBytes.differences).to.deep.equal(inForms.differences);
        }),
        { numRuns: 400, seed: 1 },
      );
    });
});
