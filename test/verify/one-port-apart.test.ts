import { expect } from 'chai';
import fc from 'fast-check';
import { Layers } from '../../src/verify/packet/layers.js';
import { NatEndpoints } from '../../src/verify/ports/nat-pool.js';
import { portOneApart } from '../../src/verify/ports/one-port-apart.js';
import { PacketForm } from '../../src/verify/packet/packet-form.js';
import { PortSlots } from '../../src/verify/ports/port-slots.js';
import { column } from './columns.js';
import { fromHex } from './frames.js';
import { frame, tcpIp, udpIp } from './packets.js';

const OUTSIDE = '192.168.16.1';
const endpoints = new NatEndpoints({
  addresses: [{ first: OUTSIDE, last: OUTSIDE }],
  firstPort: 1025,
  lastPort: 65535,
  fixedPorts: [],
});

describe('packets that are one port apart', () => {
  const port = fc.integer({ min: 1, max: 65535 });
  const packet = fc
    .record({ isTcp: fc.boolean(), isReply: fc.boolean(), port, payload: fc.constantFrom('', '68', '6869', '686970') })
    .map(({ isTcp, isReply, port: own, payload }) => {
      const ends = isReply
        ? { from: '8.8.8.8:53', to: `${OUTSIDE}:${own}`, payload }
        : { from: `${OUTSIDE}:${own}`, to: '8.8.8.8:53', payload };
      return fromHex(frame(isTcp ? tcpIp(ends) : udpIp(ends)));
    });
  const flip = fc.option(fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) }), { nil: null });

  it("are told as their forms tell it, where ports are the pool's on both sides", () => {
    fc.assert(
      fc.property(packet, packet, flip, (e, a, change) => {
        if (change) a[change.at % a.length] ^= change.bits;
        const [expected, actual] = [column(e, 3), column(a, 5)];
        const forms = [expected, actual].map((packets) => {
          const form = new PacketForm({ endpoints, comparesPadding: true });
          form.make(packets, 0, [], a.length + e.length);
          return form;
        });
        const layers = new Layers();
        const slots = new PortSlots();
        layers.find(actual.view, 5, 5 + a.length, a.length, 1);
        slots.find(layers, actual.view, 5, endpoints);
        const found = portOneApart(expected, 0, actual, 0, layers, slots);
        const { count, port: ports } = forms[0].slots;
        if (found >= 0 && count === 1) {
          expect(forms[0].equals(forms[1])).to.equal(true);
          expect(found).to.equal(ports[0]);
        }
        // Where it cannot be told so simply, the forms decide.
        if (found < 0 && slots.count === 1 && e.length === a.length) expect(forms[0].equals(forms[1])).to.equal(false);
      }),
      { numRuns: 2000 },
    );
  });
});
