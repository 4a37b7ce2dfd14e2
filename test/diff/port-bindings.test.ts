/** Which of NAT44's ports stand for each other, one to one: rows by hand, and frames that get the second node's port. */

import { expect } from 'chai';
import fc from 'fast-check';
import { PortBindings } from '../../src/diff/port-bindings.js';
import { l4Checksum, tcpOf, udpOf, viewOf } from '../pipeline/packets.js';

const POOL = '192.168.16.1';
/** 192.168.16.1, UDP: an end as one number. */
const end = (port: number): number => 0xc0a81001 * 2 ** 18 + port;
const answer = (port: number): Uint8Array =>
  udpOf({ source: '8.8.8.8', destination: POOL, protocol: 17 }, 53, port, Uint8Array.of(1, 2, 3));
const portOf = (frame: Uint8Array): number => viewOf(frame).getUint16(36);

/** The port that the second node gets an answer on. */
function reboundPort(bindings: PortBindings, port: number): number {
  const frame = answer(port);
  const view = viewOf(frame);
  expect(bindings.concerns(view, 0, frame.length)).to.equal(bindings.rebind(view, 0, frame.length));
  const sum = view.getUint16(40, true);
  view.setUint16(40, 0);
  expect(sum, 'its checksum').to.equal(l4Checksum(frame));
  return portOf(frame);
}

describe('port bindings', () => {
  it('are one to one: another end for the same one is none', () => {
    const bindings = new PortBindings();
    expect(bindings.bind(end(2000), end(3000), false)).to.equal(true);
    expect(bindings.bind(end(2000), end(3000), false)).to.equal(true);
    expect(bindings.bind(end(2000), end(3001), false)).to.equal(false);
    expect(bindings.bind(end(2001), end(3000), false)).to.equal(false);
    expect(bindings.bind(end(2000), end(2000), false)).to.equal(false);
  });

  it('end with their session: a new one takes the ends of an old one', () => {
    const bindings = new PortBindings();
    bindings.bind(end(2000), end(3000), true);
    expect(bindings.bind(end(2000), end(3001), true)).to.equal(true);
    expect([reboundPort(bindings, 2000), reboundPort(bindings, 3000)]).to.deep.equal([3001, 3000]);
    expect(bindings.bind(end(2000), end(2000), true)).to.equal(true);
    expect(bindings.isActive).to.equal(false);
  });

  it('leave a stray packet to a port that only the second node has without a session', () => {
    const bindings = new PortBindings();
    bindings.bind(end(3), end(2), true);
    bindings.bind(end(2), end(1), true);
    // The first node has ports 2 and 3, the second one 1 and 2; nobody has 3 there.
    expect([1, 2, 3, 4].map((port) => reboundPort(bindings, port))).to.deep.equal([3, 1, 2, 4]);
  });

  it('exchange ends: no two ports become one', () => {
    const port = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(port, port, fc.boolean()), { maxLength: 20 }), (pairs) => {
        const bindings = new PortBindings();
        for (const [before, after, isNew] of pairs) bindings.bind(end(before), end(after), isNew);
        const all = [1, 2, 3, 4, 5, 6, 7, 8];
        expect(all.map((one) => reboundPort(bindings, one)).sort()).to.deep.equal(all);
      }),
    );
  });

  it('are of an address and a protocol', () => {
    const bindings = new PortBindings();
    bindings.bind(end(2000), end(3000), true);
    const tcp = tcpOf({ source: '8.8.8.8', destination: POOL, protocol: 6 }, 53, 2000, 2);
    const other = udpOf({ source: '8.8.8.8', destination: '192.168.16.2', protocol: 17 }, 53, 2000, Uint8Array.of(1));
    for (const frame of [tcp, other]) expect(bindings.rebind(viewOf(frame), 0, frame.length)).to.equal(false);
  });
});
