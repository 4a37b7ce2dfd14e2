/** Packets to the node itself, and ARP for it: node path and reason, by hand from the places in VPP 19.08 named. */

import { expect } from 'chai';
import { parseAddress } from '../../../src/wire/address.js';
import { Bench, frameOf, L4, TWO_INTERFACES, udpOf, viewOf, type Ip4Packet } from '../packets.js';

const PEER = '10.1.1.3';
const NODE = '10.1.1.1';
const TO_NODE: Ip4Packet = { source: PEER, destination: NODE, protocol: 17 };
const ARRIVES = 'ethernet-input ip4-input ip4-lookup ip4-local';

/** A UDP datagram whose length field says more than there is, with a right or no checksum. */
function overlongUdp(length: number): Uint8Array {
  const frame = udpOf(TO_NODE, 5000, 53, new Uint8Array(8), false);
  viewOf(frame).setUint16(L4 + 4, length);
  return frame;
}

/** IGMP report with the router alert option, as hosts send it. */
const igmpReport = (option: number): Uint8Array => {
  const options = [24, 16, 8, 0].map((shift) => (option >>> shift) & 0xff);
  return frameOf({ source: PEER, destination: '224.0.0.22', protocol: 2, ttl: 1, options }, new Uint8Array(8));
};

const fragment = (offset: number, more: boolean, bytes: number): Uint8Array =>
  frameOf({ ...TO_NODE, flagsAndFragment: (more ? 0x2000 : 0) | offset }, new Uint8Array(bytes));

const ROWS: readonly { name: string; given: Uint8Array; nodes: string; drop: string | null }[] = [
  // src/vnet/udp/udp_local.c: the length is compared with the packet; its drop is ip4-drop
  {
    name: 'UDP length beyond the packet, but not beyond the IP length with its header',
    given: overlongUdp(30),
    nodes: `${ARRIVES} ip4-udp-lookup ip4-drop error-drop drop`,
    drop: 'ip4-udp-lookup: UDP packets with length errors',
  },
  {
    name: 'UDP length beyond the IP length',
    given: overlongUdp(40),
    nodes: `${ARRIVES} ip4-drop error-drop drop`,
    drop: 'ip4-input: bad udp checksum',
  },
  // src/vnet/ipsec/ipsec_if_in.c, src/vlib/punt_node.c
  {
    name: 'port 4500: a keepalive',
    given: udpOf(TO_NODE, 4500, 4500, Uint8Array.of(0xff)),
    nodes: `${ARRIVES} ip4-udp-lookup ipsec4-if-input error-drop drop`,
    drop: 'ipsec4-if-input: NAT Keepalive',
  },
  {
    name: 'port 4500: ESP',
    given: udpOf(TO_NODE, 4500, 4500, new Uint8Array(16).fill(7)),
    nodes: `${ARRIVES} ip4-udp-lookup ipsec4-if-input punt-dispatch drop`,
    drop: 'punt-dispatch: No such punt reason',
  },
  // src/vnet/ip/ip4_options.c: no look-up before ip4-local
  {
    name: 'IGMP with router alert',
    given: igmpReport(0x94040000),
    nodes: 'ethernet-input ip4-input ip4-options ip4-local ip4-punt error-punt punt',
    drop: 'ip4-input: unknown ip protocol',
  },
  {
    name: 'IGMP with another option',
    given: igmpReport(0x01010100),
    nodes: 'ethernet-input ip4-input ip4-options ip4-punt error-punt punt',
    drop: 'ip4-input: ip4 options present',
  },
  // src/vnet/ip/reass/ip4_full_reass.c: no trace record where there is no reassembly to do something to
  {
    name: 'a fragment of 4 octets that is not the last',
    given: fragment(0, true, 4),
    nodes: `${ARRIVES} ip4-drop error-drop drop`,
    drop: 'ip4-full-reassembly: malformed packets',
  },
  {
    name: 'an empty fragment',
    given: fragment(3, false, 0),
    nodes: `${ARRIVES} ip4-drop error-drop drop`,
    drop: 'ip4-full-reassembly: malformed packets',
  },
  {
    name: 'a fragment beyond the largest datagram',
    given: fragment(0x1ffe, false, 16),
    nodes: `${ARRIVES} ip4-drop error-drop drop`,
    drop: 'ip4-full-reassembly: malformed packets',
  },
  { name: 'a fragment', given: fragment(3, false, 5), nodes: `${ARRIVES} ip4-full-reassembly`, drop: null },
];

describe('Packets to the node itself', () => {
  for (const { name, given, nodes, drop } of ROWS)
    it(name, () => {
      const { verdict } = new Bench(TWO_INTERFACES).send('pg0', given);
      expect({ nodes: verdict.nodes.join(' '), drop: verdict.drop }).to.deep.equal({ nodes, drop });
    });
});

function arp(operation: number, from: string, to: string): Uint8Array {
  const frame = new Uint8Array(42);
  frame.set([255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 1, 9, 8, 6, 0, 1, 8, 0, 6, 4, 0, operation, 2, 0, 0, 0, 1, 9]);
  viewOf(frame).setInt32(28, parseAddress(from) ?? 0);
  viewOf(frame).setInt32(38, parseAddress(to) ?? 0);
  return frame;
}

// src/vnet/ethernet/arp.c, arp_reply: only requests are passed on for addresses that are not local
const ARP_ROWS: readonly { name: string; given: Uint8Array; answer: string | null }[] = [
  { name: 'a request for the node', given: arp(1, '10.1.1.9', NODE), answer: NODE },
  { name: 'a request for an unknown neighbour', given: arp(1, '10.1.1.9', '10.1.1.77'), answer: null },
  { name: 'another operation for an unknown neighbour', given: arp(8, '10.1.1.9', '10.1.1.77'), answer: NODE },
  { name: 'another operation for a known neighbour', given: arp(8, '10.1.1.9', PEER), answer: null },
];

describe('ARP operations', () => {
  for (const { name, given, answer } of ARP_ROWS)
    it(name, () => {
      const { output } = new Bench(TWO_INTERFACES).send('pg0', given);
      const senders = output.map(({ bytes }) => viewOf(bytes).getInt32(28));
      expect(senders).to.deep.equal(answer === null ? [] : [parseAddress(answer)]);
    });
});
