/** Expected captures that were taken on other kinds of links, or by somebody who names the interfaces otherwise. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pcapng } from '../../tools/guide/capture-files.js';
import { openBatches } from '../../src/capture/input/open-batches.js';
import { testCase } from '../../src/regression/test-case.js';
import { LITTLE, pcapHeader, pcapRecord } from '../capture/capture-bytes.js';
import { COOKED, RAW, type LinkForm } from '../verify/links.js';

const CASE = 'expectations/pod-to-internet';
const THEIRS: Readonly<Record<string, string>> = { 'GigabitEthernet0/8/0': 'ens3', tap2: 'eth0' };

interface Packet {
  readonly hex: string;
  readonly on: string;
  readonly microseconds: number;
}

async function expectedPackets(): Promise<Packet[]> {
  const reader = await openBatches(join(CASE, 'expected.pcapng'));
  const packets: Packet[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next())
    for (let i = 0; i < batch.count; i++) {
      const at = batch.offset[i];
      packets.push({
        hex: Buffer.from(batch.bytes.subarray(at, at + batch.capturedLength[i])).toString('hex'),
        on: reader.interfaces[batch.interfaceIndex[i]].name ?? '',
        microseconds: batch.seconds[i] * 1e6 + batch.nanoseconds[i] / 1000,
      });
    }
  await reader.close();
  return packets;
}

const pcapOf = (packets: readonly Packet[], { linkType, of }: LinkForm): Uint8Array =>
  Buffer.concat([
    pcapHeader(LITTLE, 0xa1b2c3d4, linkType),
    ...packets.map(({ hex }) => pcapRecord(LITTLE, { seconds: 0, fraction: 0, bytes: Buffer.from(of(hex), 'hex') })),
  ]);

const renamed = (packets: readonly Packet[]): Uint8Array =>
  pcapng(
    packets.map(({ hex, on, microseconds }) => ({
      interfaceName: THEIRS[on],
      microseconds,
      bytes: Uint8Array.from(Buffer.from(hex, 'hex')),
      comment: null,
    })),
  );

describe('expected captures that were taken elsewhere', () => {
  const map = JSON.stringify(THEIRS);
  for (const { name, compare, file, status, detail } of [
    ...[COOKED[0], COOKED[1], RAW[2]].map((link) => ({
      name: `${link.name}, without link headers`,
      compare: '{ ignore: [link] }',
      file: (packets: readonly Packet[]) => pcapOf(packets, link),
      status: 'passed',
      detail: /^allowed for in 6 packets \(first: frame 1\): ignored: link$/,
    })),
    {
      name: 'a field that differs behind another link header',
      compare: '{ ignore: [link] }',
      file: (packets: readonly Packet[]) =>
        pcapOf(
          packets.map(({ hex, ...rest }) => ({ ...rest, hex: `${hex.slice(0, 44)}11${hex.slice(46)}` })),
          COOKED[0],
        ),
      status: 'failed',
      detail: /ip4\.ttl expected 17, got \d+/,
    },
    {
      name: 'cooked, with link headers',
      compare: '{}',
      file: (packets: readonly Packet[]) => pcapOf(packets, COOKED[0]),
      status: 'error',
      detail:
        /expected\.pcapng: Linux cooked \(link type 113\), but frames leave VPP as Ethernet: "ignore: \[link\]" under/,
    },
    {
      name: 'other names of interfaces',
      compare: '{}',
      file: renamed,
      status: 'failed',
      detail: /interface expected ens3/,
    },
    {
      name: 'other names of interfaces, which are told',
      compare: `{ map: ${map} }`,
      file: renamed,
      status: 'passed',
      detail: /interface GigabitEthernet0\/8\/0 stands for ens3/,
    },
    {
      name: 'other names of interfaces, which do not count',
      compare: '{ ignore: [interface] }',
      file: renamed,
      status: 'passed',
      detail: /ignored: interface/,
    },
    {
      name: 'another name of an interface that the node does not have',
      compare: '{ map: { eth9: ens3 } }',
      file: renamed,
      status: 'error',
      detail: /the configuration has no interface eth9/,
    },
    {
      name: 'another name that the expected capture does not have',
      compare: '{ map: { tap2: eth9 } }',
      file: renamed,
      status: 'error',
      detail: /the expected capture has no interface eth9, it has ens3, eth0/,
    },
  ])
    it(name, async () => {
      const root = mkdtempSync(join(tmpdir(), 'vppcap-elsewhere-'));
      try {
        const folder = join(root, 'case');
        cpSync(CASE, folder, { recursive: true });
        const yaml = readFileSync(join(folder, 'case.yaml'), 'utf8');
        writeFileSync(join(folder, 'case.yaml'), `${yaml}\ncompare: ${compare}\n`);
        writeFileSync(join(folder, 'expected.pcapng'), file(await expectedPackets()));
        const { result } = await testCase({ name: 'case', folder }, { allowed: [], needsDetail: true });
        const words = [...result.differences.map(({ message }) => message), ...result.tolerances];
        expect(words.join('\n'), name).to.match(new RegExp(detail, 'm'));
        expect(result.status).to.equal(status);
      } finally {
        rmSync(root, { recursive: true });
      }
    });
});
