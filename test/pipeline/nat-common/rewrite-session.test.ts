import { expect } from 'chai';
import fc from 'fast-check';
import { foldExact, rewriteBySession, rewriteLaterFragment } from '../../../src/pipeline/nat-common/rewrite-session.js';
import { NAT_TCP, NAT_UDP, packKey } from '../../../src/pipeline/nat-common/state/session-key.js';
import { SESSION_TWICE_NAT, Sessions } from '../../../src/pipeline/nat-common/state/sessions.js';
import * as build from '../../../tools/build-packets.js';
import { tcp, udp, type Layer } from '../../../tools/build-packets.js';
import * as checksum from '../../../src/wire/checksum.js';
import * as ip4 from '../../../src/wire/ip4.js';
import { checksumOffset, pseudoHeaderSum } from '../../../src/wire/l4-checksum.js';
import { SYN } from '../../../src/wire/tcp.js';

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

const ENDS = { source: '10.1.1.3', destination: '10.96.0.10' };
const PORTS = { sourcePort: 1234, destinationPort: 53 };
const UDP = (): Layer => udp(PORTS, Buffer.from('abcdefgh'));
const MSS_1460 = [2, 4, 5, 0xb4];
const TCP = (): Layer => tcp({ ...PORTS, flags: SYN, options: MSS_1460 });

const packetOf = (l4: Layer): DataView => new DataView(build.ip4(ENDS, l4).bytes.buffer);

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

const checksumAt = (view: DataView): number => 20 + checksumOffset(ip4.protocol(view, 0));

/** What the L4 checksum must be, the field itself taken as 0. */
function l4Checksum(view: DataView): number {
  const at = checksumAt(view);
  const carried = view.getUint16(at, true);
  view.setUint16(at, 0, true);
  const length = view.byteLength - 20;
  const sum = checksum.compute(view, 20, length, pseudoHeaderSum(view, 0, length));
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

  for (const { name, l4, protocol, mss } of [
    { name: 'UDP', l4: UDP, protocol: NAT_UDP, mss: 0 },
    { name: 'TCP', l4: TCP, protocol: NAT_TCP, mss: 0 },
    { name: 'TCP with MSS clamping', l4: TCP, protocol: NAT_TCP, mss: 1400 },
  ])
    it(`keeps checksums right when both sides change: ${name}`, () => {
      fc.assert(
        fc.property(fc.integer(), word, fc.integer(), word, (address, port, farAddress, farPort) => {
          const view = packetOf(l4());
          const near = address | 0;
          const far = farAddress | 0;
          rewriteBySession(packet(view, protocol), twiceNat(near, port, far, farPort), 0, false, mss);
          expect([ip4.destination(view, 0), ip4.source(view, 0)]).to.deep.equal([near, far]);
          expect([view.getUint16(20), view.getUint16(22)]).to.deep.equal([farPort, port]);
          expect(checksum.compute(view, 0, 20)).to.be.oneOf([0, 0xffff]);
          const at = checksumAt(view);
          expect(view.getUint16(at, true) % 0xffff).to.equal(l4Checksum(view) % 0xffff);
          if (mss !== 0) expect(view.getUint16(42)).to.equal(mss);
        }),
      );
    });

  it('leaves an absent UDP checksum absent', () => {
    const view = packetOf(UDP());
    view.setUint16(26, 0);
    rewriteBySession(packet(view, NAT_UDP), twiceNat(1, 2, 3, 4), 0, false, 0);
    expect(view.getUint16(26)).to.equal(0);
  });

  it('makes the header checksum of a later twice-nat fragment wrong, by the address that it does not change', () => {
    const view = packetOf(UDP());
    const source = ip4.source(view, 0);
    rewriteLaterFragment(packet(view, NAT_UDP), twiceNat(0x0a010105, 0, 0x0a01fefe, 0), 0, false);
    expect([ip4.destination(view, 0), ip4.source(view, 0)]).to.deep.equal([0x0a010105, source]);
    expect(checksum.compute(view, 0, 20)).to.not.be.oneOf([0, 0xffff]);
    ip4.setSource(view, 0, 0x0a01fefe);
    expect(checksum.compute(view, 0, 20)).to.be.oneOf([0, 0xffff]);
  });
});
