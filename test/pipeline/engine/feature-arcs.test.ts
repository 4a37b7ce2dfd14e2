import { expect } from 'chai';
import { FeatureArcs } from '../../../src/pipeline/engine/feature-arcs.js';
import { PacketBuffer } from '../../../src/pipeline/engine/packet-buffer.js';
import { FeatureTable } from '../../../src/pipeline/engine/feature-table.js';

describe('pipeline/engine/feature-arcs', () => {
  it('walks the enabled features of an interface and ends at the end node', () => {
    const nodes = ['ip4-lookup', 'acl', 'nat', 'unused'];
    const enabled = new FeatureTable();
    enabled.enable('ip4-unicast', 'nat', 2);
    enabled.enable('ip4-unicast', 'acl', 2);
    const orders = { 'ip4-unicast': { features: ['acl', 'unused', 'nat'], end: 'ip4-lookup' } };
    const index = (name: string): number => (nodes.includes(name) ? nodes.indexOf(name) : 99);
    const arcs = new FeatureArcs(orders, enabled, 3, index);
    const arc = arcs.arcIndex('ip4-unicast');
    const b = new PacketBuffer(new Uint8Array(0), new DataView(new ArrayBuffer(0)));
    expect(arcs.start(arc, 1, b, 7)).to.equal(7);
    expect(arcs.start(arc, 2, b, 7)).to.equal(index('acl'));
    expect(arcs.next(b)).to.equal(index('nat'));
    expect(arcs.next(b)).to.equal(index('ip4-lookup'));
  });

  it('refuses an arc that the release does not have', () => {
    const arcs = new FeatureArcs({}, new FeatureTable(), 1, () => 0);
    expect(() => arcs.arcIndex('ip9-unicast')).to.throw('no feature arc is named ip9-unicast');
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
