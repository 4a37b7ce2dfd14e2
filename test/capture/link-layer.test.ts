import { expect } from 'chai';

import { FrameBatch } from '../../src/capture/frame-batch.js';
import { cookedDirection, hostInterfaceOf, LINK_OK, linkReasonName, toEthernet } from '../../src/capture/link-layer.js';

const IP4 = '4500001c';
const IP6 = '60000000';
const NO_MAC = '000000000000';
const MAC = '02fe00000001';

function batchOf(frame: Buffer, originalLength = frame.length): FrameBatch {
  const bytes = new Uint8Array(64 + frame.length + 128).fill(0xa5);
  bytes.set(frame, 64);
  const batch = new FrameBatch(bytes, 1);
  batch.count = 1;
  batch.offset[0] = 64;
  batch.capturedLength[0] = frame.length;
  batch.originalLength[0] = originalLength;
  return batch;
}

/** Runs a frame through `toEthernet`: what became of it in hex, or the reason for people. */
function converted(linkType: number, hex: string, originalLength: number): string {
  const frame = Buffer.from(hex, 'hex');
  const batch = batchOf(frame, originalLength);
  const { bytes } = batch;
  const reason = toEthernet(batch, 0, linkType);
  const at = batch.offset[0];
  const result = Buffer.from(bytes.subarray(at, at + batch.capturedLength[0])).toString('hex');
  expect(batch.originalLength[0] - batch.capturedLength[0], 'bytes cut').to.equal(originalLength - frame.length);
  if (reason === LINK_OK) return result;
  expect(result, 'left as it was').to.equal(hex);
  return linkReasonName(reason, linkType);
}

describe('link layer', () => {
  for (const { name, linkType, given, expected } of [
    { name: 'Ethernet', linkType: 1, given: `${MAC}${MAC}0800${IP4}`, expected: `${MAC}${MAC}0800${IP4}` },
    {
      name: 'loopback, little-endian IPv4',
      linkType: 0,
      given: `02000000${IP4}`,
      expected: `${NO_MAC}${NO_MAC}0800${IP4}`,
    },
    {
      name: 'loopback, big-endian IPv4',
      linkType: 0,
      given: `00000002${IP4}`,
      expected: `${NO_MAC}${NO_MAC}0800${IP4}`,
    },
    { name: 'loopback, IPv6 of Linux', linkType: 0, given: `0a000000${IP6}`, expected: `${NO_MAC}${NO_MAC}86dd${IP6}` },
    {
      name: 'loopback, IPv6 of OpenBSD',
      linkType: 108,
      given: `00000018${IP6}`,
      expected: `${NO_MAC}${NO_MAC}86dd${IP6}`,
    },
    {
      name: 'loopback, IPv6 of FreeBSD',
      linkType: 0,
      given: `1c000000${IP6}`,
      expected: `${NO_MAC}${NO_MAC}86dd${IP6}`,
    },
    { name: 'loopback, IPv6 of macOS', linkType: 0, given: `1e000000${IP6}`, expected: `${NO_MAC}${NO_MAC}86dd${IP6}` },
    {
      name: 'loopback, other family',
      linkType: 0,
      given: `07000000${IP4}`,
      expected: 'payload that Ethernet cannot carry: BSD loopback (link type 0)',
    },
    {
      name: 'loopback, too short',
      linkType: 0,
      given: '020000',
      expected: 'too short for its header: BSD loopback (link type 0)',
    },
    { name: 'raw IPv4', linkType: 101, given: IP4, expected: `${NO_MAC}${NO_MAC}0800${IP4}` },
    { name: 'raw IPv6', linkType: 101, given: IP6, expected: `${NO_MAC}${NO_MAC}86dd${IP6}` },
    { name: 'raw, as 12', linkType: 12, given: IP4, expected: `${NO_MAC}${NO_MAC}0800${IP4}` },
    { name: 'raw, as 14', linkType: 14, given: IP4, expected: `${NO_MAC}${NO_MAC}0800${IP4}` },
    {
      name: 'raw, neither',
      linkType: 101,
      given: '00',
      expected: 'payload that Ethernet cannot carry: raw IP (link type 101)',
    },
    { name: 'raw, empty', linkType: 101, given: '', expected: 'too short for its header: raw IP (link type 101)' },
    { name: 'IPv4', linkType: 228, given: IP4, expected: `${NO_MAC}${NO_MAC}0800${IP4}` },
    { name: 'IPv6', linkType: 229, given: IP6, expected: `${NO_MAC}${NO_MAC}86dd${IP6}` },
    { name: 'cooked', linkType: 113, given: `000000010006${MAC}00000800${IP4}`, expected: `${NO_MAC}${MAC}0800${IP4}` },
    {
      name: 'cooked without MAC',
      linkType: 113,
      given: `0000fffe0000${MAC}00000806${IP4}`,
      expected: `${NO_MAC}${NO_MAC}0806${IP4}`,
    },
    {
      name: 'cooked LLC',
      linkType: 113,
      given: `000000010006${MAC}0000000442420300`,
      expected: `${NO_MAC}${MAC}000442420300`,
    },
    {
      name: 'cooked CAN',
      linkType: 113,
      given: `000001180000${MAC}0000000c${IP4}`,
      expected: 'payload that Ethernet cannot carry: Linux cooked (link type 113)',
    },
    {
      name: 'cooked, too short',
      linkType: 113,
      given: `000000010006${MAC}000008`,
      expected: 'too short for its header: Linux cooked (link type 113)',
    },
    {
      name: 'cooked v2',
      linkType: 276,
      given: `08000000000000030001 0006${MAC}0000${IP4}`.replace(' ', ''),
      expected: `${NO_MAC}${MAC}0800${IP4}`,
    },
    {
      name: 'cooked v2, too short',
      linkType: 276,
      given: '0800',
      expected: 'too short for its header: Linux cooked v2 (link type 276)',
    },
    {
      name: 'cooked broadcast',
      linkType: 113,
      given: `000100010006${MAC}00000806${IP4}`,
      expected: `ffffffffffff${MAC}0806${IP4}`,
    },
    {
      name: 'cooked IPv4 multicast',
      linkType: 113,
      given: `000200010006${MAC}00000800${IP4}${'00'.repeat(12)}efff8105`,
      expected: `01005e7f8105${MAC}0800${IP4}${'00'.repeat(12)}efff8105`,
    },
    {
      name: 'cooked v2 IPv6 multicast',
      linkType: 276,
      given: `86dd000000000003000102 06${MAC}0000${IP6}${'00'.repeat(32)}ff000001`.replace(' ', ''),
      expected: `3333ff000001${MAC}86dd${IP6}${'00'.repeat(32)}ff000001`,
    },
    {
      name: 'cooked multicast that is cut before its destination',
      linkType: 113,
      given: `000200010006${MAC}00000800${IP4}`,
      expected: `${NO_MAC}${MAC}0800${IP4}`,
    },
    { name: '802.11', linkType: 105, given: '08000000', expected: '802.11 (link type 105)' },
    { name: 'a type without a name', linkType: 4711, given: '08000000', expected: 'link type 4711' },
  ]) {
    it(`converts ${name}`, () => {
      const length = given.length / 2;
      expect(converted(linkType, given, length)).to.equal(expected);
      if (name !== 'cooked LLC') expect(converted(linkType, given, length + 100), 'cut').to.equal(expected);
    });
  }

  const [UNKNOWN, INBOUND, OUTBOUND] = [0, 1, 2];
  for (const { name, linkType, given, direction, hostInterface } of [
    { name: 'cooked, to this host', linkType: 113, given: '0000', direction: INBOUND, hostInterface: -1 },
    { name: 'cooked, broadcast', linkType: 113, given: '0001', direction: INBOUND, hostInterface: -1 },
    { name: 'cooked, multicast', linkType: 113, given: '0002', direction: INBOUND, hostInterface: -1 },
    { name: 'cooked, to another host', linkType: 113, given: '0003', direction: INBOUND, hostInterface: -1 },
    { name: 'cooked, outgoing', linkType: 113, given: '0004', direction: OUTBOUND, hostInterface: -1 },
    { name: 'cooked, of a type unheard of', linkType: 113, given: '0005', direction: UNKNOWN, hostInterface: -1 },
    { name: 'v2, incoming', linkType: 276, given: '08000000000000050001 00', direction: INBOUND, hostInterface: 5 },
    { name: 'v2, outgoing', linkType: 276, given: '08000000000003e80001 04', direction: OUTBOUND, hostInterface: 1000 },
    { name: 'Ethernet', linkType: 1, given: '0004', direction: UNKNOWN, hostInterface: -1 },
    { name: 'raw IP', linkType: 101, given: '0004', direction: UNKNOWN, hostInterface: -1 },
  ])
    it(`reads which way a frame went, and through what: ${name}`, () => {
      const whole = Buffer.alloc(20);
      Buffer.from(given.replaceAll(' ', ''), 'hex').copy(whole);
      const told = (batch: FrameBatch): number[] => [
        cookedDirection(batch, 0, linkType),
        hostInterfaceOf(batch, 0, linkType),
      ];
      expect(told(batchOf(whole))).to.deep.equal([direction, hostInterface]);
      expect(told(batchOf(whole.subarray(0, 15))), 'cut').to.deep.equal([UNKNOWN, -1]);
    });
});
