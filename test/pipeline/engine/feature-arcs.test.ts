import { expect } from 'chai';
import { FeatureArcs, featureOrder } from '../../../src/pipeline/engine/feature-arcs.js';
import { DONE, defineNode, type FeaturePlace } from '../../../src/pipeline/engine/node.js';
import { PacketBuffer } from '../../../src/pipeline/engine/packet-buffer.js';
import { FeatureTable } from '../../../src/pipeline/engine/feature-table.js';

const node = (name: string, place: Omit<FeaturePlace, 'arc'> = {}) =>
  defineNode({ name, next: {}, features: [{ arc: 'ip4-unicast', ...place }], create: () => () => DONE });

describe('pipeline/feature-arcs', () => {
  const cases = [
    { name: 'declaration order without demands', given: [node('a'), node('b')], expected: ['a', 'b'] },
    { name: 'runsAfter', given: [node('nat', { runsAfter: ['acl'] }), node('acl')], expected: ['acl', 'nat'] },
    { name: 'runsBefore', given: [node('nat'), node('acl', { runsBefore: ['nat'] })], expected: ['acl', 'nat'] },
    {
      name: 'names that are not modelled count for nothing',
      given: [node('nat', { runsAfter: ['ip4-dhcp-client-detect'] }), node('acl')],
      expected: ['nat', 'acl'],
    },
  ];
  for (const { name, given, expected } of cases)
    it(`orders features: ${name}`, () => {
      expect(featureOrder(given, 'ip4-unicast')).to.deep.equal(expected);
    });

  it('refuses a circle', () => {
    const circle = [node('a', { runsAfter: ['b'] }), node('b', { runsAfter: ['a'] })];
    expect(() => featureOrder(circle, 'ip4-unicast')).to.throw('features of arc ip4-unicast run in a circle: a, b');
  });

  it('walks the enabled features of an interface and ends at the end node', () => {
    const nodes = ['ip4-lookup', 'acl', 'nat', 'unused'];
    const enabled = new FeatureTable();
    enabled.enable('ip4-unicast', 'nat', 2);
    enabled.enable('ip4-unicast', 'acl', 2);
    const declared = [node('nat', { runsAfter: ['acl'] }), node('acl'), node('unused')];
    const index = (name: string): number => (nodes.includes(name) ? nodes.indexOf(name) : 99);
    const arcs = new FeatureArcs(declared, enabled, 3, index);
    const arc = arcs.arcIndex('ip4-unicast');
    const b = new PacketBuffer(new Uint8Array(0), new DataView(new ArrayBuffer(0)));
    expect(arcs.start(arc, 1, b, 7)).to.equal(7);
    expect(arcs.start(arc, 2, b, 7)).to.equal(index('acl'));
    expect(arcs.next(b)).to.equal(index('nat'));
    expect(arcs.next(b)).to.equal(index('ip4-lookup'));
  });

  it('counts enables, as VPP does', () => {
    const enabled = new FeatureTable();
    enabled.enable('arp', 'arp-reply', 1);
    enabled.enable('arp', 'arp-reply', 1);
    enabled.disable('arp', 'arp-reply', 1);
    expect(enabled.isEnabled('arp', 'arp-reply', 1)).to.equal(true);
    enabled.disable('arp', 'arp-reply', 1);
    expect(enabled.isEnabled('arp', 'arp-reply', 1)).to.equal(false);
  });
});
