import { expect } from 'chai';
import fc from 'fast-check';
import * as build from '../../../tools/build-packets.js';
import * as checksum from '../../../src/wire/checksum.js';
import * as ip4 from '../../../src/wire/ip4.js';
import { pseudoHeaderSum } from '../../../src/wire/l4-checksum.js';
import * as tcp from '../../../src/wire/tcp.js';
import { DESTINATION, rewriteTcp, rewriteUdp, SOURCE } from '../../../src/pipeline/nat-common/rewrite.js';

const L4 = 20;
const TCP_BYTES = 28;

/** An IPv4 packet with a TCP SYN with NOP, NOP, MSS, NOP, END options; the checksums are right. */
function synWithMss(mss: number): DataView {
  const options = [1, 1, 2, 4, mss >>> 8, mss & 255, 1, 0];
  const syn = build.tcp({ sourcePort: 40000, destinationPort: 80, flags: tcp.SYN, options });
  return new DataView(build.ip4({ source: '10.1.1.3', destination: '93.184.216.34' }, syn).bytes.buffer);
}

function tcpChecksum(view: DataView): number {
  const carried = tcp.checksum(view, L4);
  tcp.setChecksum(view, L4, 0);
  const sum = checksum.compute(view, L4, TCP_BYTES, pseudoHeaderSum(view, 0, TCP_BYTES));
  tcp.setChecksum(view, L4, carried);
  return sum;
}

const agree = (left: number, right: number): boolean => left % 0xffff === right % 0xffff;

describe('NAT44 rewriting', () => {
  it('leaves right checksums right, whichever side changes and whether or not the MSS is clamped', () => {
    const word = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    const port = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.constantFrom(SOURCE, DESTINATION), word, port, port, port, (side, address, to, mss, clamp) => {
        const view = synWithMss(mss);
        rewriteTcp({ view, l3: 0, l4: L4 }, side, address, to, clamp);
        expect(view.getInt32(side.address)).to.equal(address);
        expect(view.getUint16(L4 + side.port)).to.equal(to);
        expect(view.getUint16(L4 + 24)).to.equal(clamp === 0 ? mss : Math.min(mss, clamp));
        expect(agree(tcp.checksum(view, L4), tcpChecksum(view))).to.equal(true);
        const header = ip4.checksum(view, 0);
        ip4.setChecksum(view, 0, 0);
        expect(agree(header, checksum.compute(view, 0, L4))).to.equal(true);
      }),
    );
  });

  it('does not give a UDP datagram without checksum one', () => {
    const view = synWithMss(1460);
    view.setUint16(L4 + 6, 0);
    rewriteUdp({ view, l3: 0, l4: L4 }, SOURCE, 1, 2);
    expect(view.getUint16(L4 + 6)).to.equal(0);
  });
});
