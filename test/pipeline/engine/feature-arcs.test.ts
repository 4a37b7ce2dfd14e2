import { expect } from 'chai';
import { FeatureArcs } from '../../../src/pipeline/engine/feature-arcs.js';
import { PacketBuffer } from '../../../src/pipeline/engine/packet-buffer.js';
import { FeatureTable } from '../../../src/pipeline/engine/state/feature-table.js';

describe('pipeline/engine/feature-arcs', () => {
  it('walks the enabled features of an interface and ends at the end node', () => {
    const nodes = ['ip4-lookup', 'acl', 'nat', 'unused'];
    const enabled = new FeatureTable();
    enabled.enable('ip4-unicast', 'nat', 2);
    enabled.enable('ip4-unicast', 'acl', 2);
    const orders = { 'ip4-unicast': { features: ['acl', 'unused', 'nat'], end: 'ip4-lookup' } };
    const index = (name: string): number => (nodes.includes(name) ? nodes.indexOf(name) : 99);
    const arcs = new FeatureArcs(orders, enabled, index);
    const arc = arcs.arcIndex('ip4-unicast');
    const b = new PacketBuffer(new Uint8Array(0), new DataView(new ArrayBuffer(0)));
    expect(arcs.start(arc, 1, b, 7)).to.equal(7);
    expect(arcs.start(arc, 2, b, 7)).to.equal(index('acl'));
    expect(arcs.next(b)).to.equal(index('nat'));
    expect(arcs.next(b)).to.equal(index('ip4-lookup'));
  });

  it('follows what is enabled and disabled later, but for packets on their way', () => {
    const enabled = new FeatureTable();
    const index = (name: string): number => ['end', 'acl', 'nat'].indexOf(name);
    const arcs = new FeatureArcs({ arc: { features: ['acl', 'nat'], end: 'end' } }, enabled, index);
    const b = new PacketBuffer(new Uint8Array(0), new DataView(new ArrayBuffer(0)));
    expect(arcs.has(0, 3)).to.equal(false);
    enabled.enable('arc', 'nat', 3);
    enabled.enable('arc', 'acl', 3);
    expect(arcs.start(0, 3, b, 7)).to.equal(index('acl'));
    enabled.disable('arc', 'nat', 3);
    expect(arcs.next(b)).to.equal(index('nat'));
    expect(arcs.start(0, 3, b, 7)).to.equal(index('acl'));
    expect(arcs.next(b)).to.equal(index('end'));
    enabled.disable('arc', 'acl', 3);
    expect(arcs.start(0, 3, b, 7)).to.equal(7);
  });

  it('refuses an arc that the release does not have', () => {
    const arcs = new FeatureArcs({}, new FeatureTable(), () => 0);
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
