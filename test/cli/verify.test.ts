import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VerifyReport } from '../../src/verify/report/report.js';
import { LITTLE, pcapHeader, pcapRecord } from '../capture/capture-bytes.js';
import { frame, tcpIp } from '../verify/packets.js';
import { runVppcap } from './run-vppcap.js';

describe('vppcap verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-verify-'));
  after(() => rmSync(folder, { recursive: true }));
  const capture = (name: string, ...hexes: readonly string[]): string => {
    const path = join(folder, name);
    const frames = hexes.map((hex) => ({ seconds: 0, fraction: 0, bytes: Buffer.from(hex, 'hex') }));
    writeFileSync(path, Buffer.concat([pcapHeader(LITTLE), ...frames.map((each) => pcapRecord(LITTLE, each))]));
    return path;
  };
  const from = (port: number, more: object = {}): string =>
    frame(tcpIp({ from: `192.168.16.1:${port}`, to: '93.184.216.34:80', ...more }));
  const one = capture('one.pcap', from(5000), from(5000, { seq: 2 }));

  for (const { name, args, other, code, stdout, stderr } of [
    {
      name: 'binds ports of the built-in node',
      other: capture('bound.pcap', from(6000), from(6000, { seq: 2 })),
      code: 0,
      stdout:
        /^match: all 2 packets equal\n {2}allowed for in 2 packets \(first: frame 1\): 192.168.16.1 tcp port 5000 stands for 6000\n$/,
    },
    {
      name: 'compares them exactly if told so',
      args: ['--nat-ports', 'exact'],
      other: join(folder, 'bound.pcap'),
      code: 1,
      stdout: /^2 packets differ: one mapping: 192.168.16.1 tcp port 5000 instead of 6000; first: frame 1\n/,
    },
    {
      name: 'takes the pool of the command line',
      args: ['--nat-pool', '10.0.0.1-10.0.0.9'],
      other: join(folder, 'bound.pcap'),
      code: 1,
      stdout: /one mapping/,
    },
    {
      name: 'ignores fields',
      args: ['--ignore', 'ip4.id,ip4.ttl'],
      other: capture('id.pcap', from(5000, { id: 9 }), from(5000, { seq: 2, ttl: 3 })),
      code: 0,
      stdout: /ignored: ip4.id/,
    },
    {
      name: 'masks fields',
      args: ['--mask', 'ip4.id=0xff00'],
      other: capture('mask.pcap', from(5000, { id: 9 }), from(5000, { seq: 2 })),
      code: 0,
      stdout: /masked: ip4.id but for 0xff00/,
    },
    {
      name: 'refuses an unknown field',
      args: ['--ignore', 'ip4.di'],
      other: one,
      code: 2,
      stderr: /^vppcap: no field "ip4.di"/,
    },
    {
      name: 'refuses a mask without a value',
      args: ['--mask', 'ip4.id'],
      other: one,
      code: 2,
      stderr: /--mask takes FIELD=MASK/,
    },
    {
      name: 'takes lists with blanks behind their commas',
      args: ['--ignore', 'ip4.id, ip4.ttl,'],
      other: join(folder, 'id.pcap'),
      code: 0,
      stdout: /ignored: ip4.id/,
    },
    {
      name: 'takes several masks',
      args: ['--mask', 'ip4.id=0xff00,ip4.src=255.255.0.0'],
      other: join(folder, 'mask.pcap'),
      code: 0,
      stdout: /masked: ip4.id but for 0xff00/,
    },
    {
      name: 'refuses a list of nothing',
      args: ['--ignore', ','],
      other: one,
      code: 2,
      stderr: /^vppcap: --ignore: there is nothing between the commas\n$/,
    },
    {
      name: 'refuses a rule without a field',
      args: ['--ignore', 'tap2:'],
      other: one,
      code: 2,
      stderr: /^vppcap: a rule for tap2 names no field\n$/,
    },
    {
      name: 'refuses a rule without the interface that it begins with',
      args: ['--ignore', ':ip4.id'],
      other: one,
      code: 2,
      stderr: /^vppcap: ":ip4.id" names no interface before its colon\n$/,
    },
    {
      name: 'says that a rule is for an interface that there is not',
      args: ['--ignore', 'tap9:ip4.id'],
      other: one,
      code: 0,
      stderr: /^vppcap: tap9:ip4.id applies to nothing: neither capture has packets that are said to be on tap9\n$/,
    },
    {
      name: 'says that repeated packets did not count',
      args: ['--unique'],
      other: capture('twice.pcap', from(5000), from(5000), from(5000, { seq: 2 })),
      code: 0,
      stdout:
        /^match: 2 packets equal\n {2}allowed for in 1 packet \(first: frame 2\): not counted: packets that repeat an earlier one in the expected capture\n$/,
    },
    {
      name: 'refuses a pool where ports are compared exactly',
      args: ['--nat-pool', '192.168.16.1', '--nat-ports', 'exact'],
      other: one,
      code: 2,
      stderr:
        /^vppcap: --nat-pool says whose ports may be others, but with --nat-ports exact none may: leave one out\n$/,
    },
    {
      name: 'refuses two pools',
      args: ['--nat-pool', '192.168.16.1', '-c', 'node.vpp'],
      other: one,
      code: 2,
      stderr: /^vppcap: --nat-pool and --config both say which NAT pool counts: give one of them\n$/,
    },
    { name: 'refuses no time', args: ['--time-tolerance', 'soon'], other: one, code: 2, stderr: /takes seconds/ },
    {
      name: 'refuses a pool of no addresses',
      args: ['--nat-pool', 'all'],
      other: one,
      code: 2,
      stderr: /takes addresses/,
    },
    {
      name: 'refuses a pair of interfaces that is none',
      args: ['--map', 'eth0'],
      other: one,
      code: 2,
      stderr: /^vppcap: "eth0" pairs no interfaces: expected ACTUAL=EXPECTED, such as eth0=ens3\n$/,
    },
    {
      name: 'refuses a pair of interfaces that there are not',
      args: ['--map', 'eth0=ens3'],
      other: one,
      code: 2,
      stderr: /the actual capture has no interface eth0, it names none\n$/,
    },
    {
      name: 'names a folder without captures',
      other: mkdtempSync(join(folder, 'empty-')),
      code: 3,
      stderr: /no capture/,
    },
  ]) {
    it(name, () => {
      const result = runVppcap(['verify', one, other, ...(args ?? [])]);
      if (stdout) expect(result.stdout).to.match(stdout);
      if (stderr) expect(result.stderr).to.match(stderr);
      expect(result.code).to.equal(code);
    });
  }

  it('tells which capture of a folder a packet is in, where the other side names no interfaces', () => {
    mkdirSync(join(folder, 'several'));
    capture('several/tap1.pcap', from(5000));
    capture('several/tap2.pcap', from(5000, { seq: 2 }), from(5000, { seq: 3 }));
    const several = join(folder, 'several');
    expect(runVppcap(['verify', several, one]).stdout).to.match(
      /^frame 2 of \S+\/several\/tap2\.pcap is not expected: .*\ndifferences: 0 changed, 0 missing, 1 unexpected; 2 packets equal\n/,
    );
    expect(runVppcap(['verify', one, several]).stdout).to.match(/^frame 2 of \S+\/several\/tap2\.pcap is missing: /);
  });

  it('compares the folder that replay writes with a capture of all interfaces', () => {
    const out = `${join(folder, 'replayed')}/`;
    expect(runVppcap(['replay', 'captures/pod-to-internet.pcap', '-o', out]).code).to.equal(0);
    const { code, stdout } = runVppcap(['verify', out, 'expectations/pod-to-internet/expected.pcapng']);
    expect(stdout).to.contain('match: all 6 packets equal');
    expect(code).to.equal(0);
  });

  it('compares folders, a capture per interface, and prints JSON', () => {
    for (const side of ['left', 'right']) mkdirSync(join(folder, side));
    capture('left/tap2.pcap', from(5000));
    capture('left/GigabitEthernet0_8_0.pcap', from(5000, { seq: 2 }));
    capture('right/tap2.pcap', from(5000));
    const { code, stdout } = runVppcap(['verify', join(folder, 'left'), join(folder, 'right'), '--json']);
    const report = JSON.parse(stdout) as VerifyReport;
    expect(report.counts).to.include({ unexpected: 1, missing: 0 });
    expect(report.differences[0].actual).to.include({ frame: 1, interfaceName: 'GigabitEthernet0_8_0' });
    expect(code).to.equal(1);
  });

  for (const name of ['eth0', 'ens3'])
    it(`takes a rule for ${name} where --map has two names for the interface`, () => {
      mkdirSync(join(folder, `a-${name}`));
      mkdirSync(join(folder, `b-${name}`));
      const actual = join(folder, `a-${name}`);
      const expected = join(folder, `b-${name}`);
      capture(join(`a-${name}`, 'eth0.pcap'), from(5000));
      capture(join(`b-${name}`, 'ens3.pcap'), from(5000, { id: 9 }));
      const args = ['verify', actual, expected, '--map', 'eth0=ens3', '--ignore', `${name}:ip4.id`];
      const { code, stdout, stderr } = runVppcap(args);
      expect(stderr).to.equal('');
      expect(stdout).to.include(`ignored: ip4.id on ${name}`);
      expect(code).to.equal(0);
    });
});
