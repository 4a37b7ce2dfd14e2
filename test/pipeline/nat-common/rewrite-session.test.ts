import { expect } from 'chai';
import fc from 'fast-check';
import { foldExact, rewriteBySession, rewriteLaterFragment } from '../../../src/pipeline/nat-common/rewrite-session.js';
import { NAT_TCP, NAT_UDP, packKey } from '../../../src/pipeline/nat-common/state/session-key.js';
import { SESSION_TWICE_NAT, Sessions } from '../../../src/pipeline/nat-common/state/sessions.js';
import * as checksum from '../../../src/wire/checksum.js';
import * as ip4 from '../../../src/wire/ip4.js';
import { fromHex } from '../../verify/frames.js';

/** VPP 19.08 src/vnet/ip/ip_packet.h ip_csum_sub_even, ip_csum_add_even and ip_csum_fold, on 64-bit words. */
function vppUpdate(sum: bigint, changes: readonly (readonly [number, number])[]): number {
  const mask = (1n << 64n) - 1n;
  for (const [before, after] of changes) {
    let added = (sum + BigInt(before)) & mask;
    if (added < sum) added = (added + 1n) & mask;
    let taken = (added - BigInt(after)) & mask;
    if (taken > added) taken = (taken - 1n) & mask;
    sum = taken;
  }
  sum = (sum & 0xffffffffn) + (sum >> 32n);
  for (let i = 0; i < 3; i++) sum = (sum & 0xffffn) + (sum >> 16n);
  return Number(sum);
}

const word = fc.integer({ min: 0, max: 0xffff });
const change = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff));

/** UDP 10.1.1.3:1234 > 10.96.0.10:53, 8 bytes of payload, correct checksums. */
const UDP = '450000240001000040112637' + '0a0101030a60000a' + '04d2003500100000' + '6162636465666768';
/** TCP SYN with MSS 1460 between the same hosts. */
const TCP = '4500002c0001000040062637' + '0a0101030a60000a' + '04d200350000000100000000600220000000000002' + '0405b4';

/** The packet with both checksums computed. */
function packetOf(hex: string): DataView {
  const bytes = new Uint8Array(hex.length / 2 + 8);
  bytes.set(fromHex(hex.length % 2 === 0 ? hex : `${hex}0`));
  const view = new DataView(bytes.buffer, 0, hex.length / 2);
  ip4.setChecksum(view, 0, 0);
  ip4.setChecksum(view, 0, checksum.compute(view, 0, 20));
  view.setUint16(20 + checksumOffset(view), l4Checksum(view), true);
  return view;
}

const packet = (view: DataView, protocol: number) => ({ view, l3: 0, l4: 20, protocol });

/** A twice-nat session, whose packets from outside get these addresses and ports. */
function twiceNat(address: number, port: number, farAddress: number, farPort: number): Sessions {
  const sessions = new Sessions();
  const session = sessions.allocate();
  sessions.addFlags(session, SESSION_TWICE_NAT);
  sessions.setIn2out(session, address, packKey(port, NAT_TCP, 0));
  sessions.setExtHostNat(session, farAddress, farPort);
  return sessions;
}

const checksumOffset = (view: DataView): number => (ip4.protocol(view, 0) === ip4.PROTOCOL_TCP ? 16 : 6);

/** What the L4 checksum must be, the field itself taken as 0. */
function l4Checksum(view: DataView): number {
  const at = 20 + checksumOffset(view);
  const carried = view.getUint16(at, true);
  view.setUint16(at, 0, true);
  const length = view.byteLength - 20;
  const pseudo =
    checksum.sumWords(view, 12, 8) + (ip4.protocol(view, 0) << 8) + (((length & 0xff) << 8) | (length >>> 8));
  const sum = checksum.compute(view, 20, length, pseudo);
  view.setUint16(at, carried, true);
  return sum;
}

describe('NAT44 rewriting by session', () => {
  it('folds as VPP does after any changes', () => {
    fc.assert(
      fc.property(word, fc.array(change, { minLength: 1, maxLength: 5 }), (sum, changes) => {
        const exact = changes.reduce((total, [before, after]) => total + before - after, sum);
        expect(foldExact(exact)).to.equal(vppUpdate(BigInt(sum), changes));
      }),
    );
  });

  for (const { name, hex, protocol, mss } of [
    { name: 'UDP', hex: UDP, protocol: NAT_UDP, mss: 0 },
    { name: 'TCP', hex: TCP, protocol: NAT_TCP, mss: 0 },
    { name: 'TCP with MSS clamping', hex: TCP, protocol: NAT_TCP, mss: 1400 },
  ])
    it(`keeps checksums right when both sides change: ${name}`, () => {
      fc.assert(
        fc.property(fc.integer(), word, fc.integer(), word, (address, port, farAddress, farPort) => {
          const view = packetOf(hex);
          const near = address | 0;
          const far = farAddress | 0;
          rewriteBySession(packet(view, protocol), twiceNat(near, port, far, farPort), 0, false, mss);
          expect([ip4.destination(view, 0), ip4.source(view, 0)]).to.deep.equal([near, far]);
          expect([view.getUint16(20), view.getUint16(22)]).to.deep.equal([farPort, port]);
          expect(checksum.compute(view, 0, 20)).to.be.oneOf([0, 0xffff]);
          const at = 20 + checksumOffset(view);
          expect(view.getUint16(at, true) % 0xffff).to.equal(l4Checksum(view) % 0xffff);
          if (mss !== 0) expect(view.getUint16(42)).to.equal(mss);
        }),
      );
    });

  it('leaves an absent UDP checksum absent', () => {
    const view = packetOf(UDP);
    view.setUint16(26, 0);
    rewriteBySession(packet(view, NAT_UDP), twiceNat(1, 2, 3, 4), 0, false, 0);
    expect(view.getUint16(26)).to.equal(0);
  });

  it('makes the header checksum of a later twice-nat fragment wrong, by the address that it does not change', () => {
    const view = packetOf(UDP);
    const source = ip4.source(view, 0);
    rewriteLaterFragment(packet(view, NAT_UDP), twiceNat(0x0a010105, 0, 0x0a01fefe, 0), 0, false);
    expect([ip4.destination(view, 0), ip4.source(view, 0)]).to.deep.equal([0x0a010105, source]);
    expect(checksum.compute(view, 0, 20)).to.not.be.oneOf([0, 0xffff]);
    ip4.setSource(view, 0, 0x0a01fefe);
    expect(checksum.compute(view, 0, 20)).to.be.oneOf([0, 0xffff]);
  });
});
