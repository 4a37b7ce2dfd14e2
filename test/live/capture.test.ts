/** `vppcap capture` on real interfaces. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { LITTLE, pcapHeader, pcapRecord } from '../capture/capture-bytes.js';
import { readAll } from '../capture/read-all.js';
import { ROOT, runVppcap } from '../cli/run-vppcap.js';
import { NEAR, VethPair, whyNotLive } from './veth.js';

const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');
const IP_PROTOCOL = 2 * (14 + 9);
const UDP = '11';

const why = whyNotLive();

describe(`live capture${why === null ? '' : ` (skipped: ${why})`}`, function () {
  this.timeout(60_000);
  const veth = new VethPair();
  let folder = '';
  let sent: string[] = [];
  const at = (name: string): string => join(folder, name);
  const framesOf = async (path: string): Promise<string[]> => (await readAll(path)).rows.map(({ hex }) => hex);

  before(async function () {
    if (why !== null || !veth.make()) this.skip();
    folder = fs.mkdtempSync(join(tmpdir(), 'vppcap-live-'));
    sent = await framesOf(CAPTURE);
  });
  after(() => {
    veth.remove();
    if (folder !== '') fs.rmSync(folder, { recursive: true });
  });

  for (const { name, args, expected } of [
    { name: 'all frames', args: [], expected: (frames: string[]): string[] => frames },
    {
      name: 'what a filter takes',
      args: ['-f', 'udp'],
      expected: (frames: string[]): string[] => frames.filter((hex) => hex.startsWith(UDP, IP_PROTOCOL)),
    },
    {
      name: 'as much of a frame as --snaplen says',
      args: ['--snaplen', '40'],
      expected: (frames: string[]): string[] => frames.map((hex) => hex.slice(0, 80)),
    },
    {
      name: 'as many frames as --count says',
      args: ['--count', '2'],
      expected: (frames: string[]): string[] => frames.slice(0, 2),
    },
  ]) {
    for (const output of args.length === 0 ? ['x.pcap', 'x.pcapng'] : ['x.pcap'])
      it(`records ${name} to ${output}, until a signal`, async () => {
        const run = await veth.start('-i', NEAR, '-o', at(output), '--json', ...args);
        veth.send(CAPTURE);
        await sleep(100);
        if (!args.includes('--count')) run.child.kill('SIGINT'); // with --count it ends by itself
        expect(await run.end(), run.stderr).to.equal(0);
        const { rows, interfaces, damage } = await readAll(at(output));
        expect(damage).to.equal(null);
        expect(rows.map(({ hex }) => hex)).to.deep.equal(expected(sent));
        if (!name.includes('filter') && !name.includes('count'))
          expect(rows.map(({ originalLength }) => originalLength * 2)).to.deep.equal(sent.map((hex) => hex.length));
        expect(interfaces.map((each) => each.name)).to.deep.equal([output === 'x.pcap' ? null : NEAR]);
        const now = Date.now() / 1000;
        for (const { seconds } of rows) expect(seconds).to.be.within(now - 30, now);
        expect(JSON.parse(run.stdout.toString())).to.include({ interface: NEAR, frames: expected(sent).length });
      });
  }

  it('ends after --duration, and tells what the system counted', async () => {
    const run = await veth.start('-i', NEAR, '-o', at('duration.pcap'), '--duration', '2s', '--json');
    veth.send(CAPTURE);
    expect(await run.end(), run.stderr).to.equal(0);
    const { frames, interfaceCounters } = JSON.parse(run.stdout.toString()) as {
      frames: number;
      interfaceCounters: unknown;
    };
    expect(frames).to.equal(sent.length);
    expect(interfaceCounters).to.deep.equal({ received: sent.length, sent: 0, dropped: 0 });
  });

  it('keeps the last files of a ring', async () => {
    const run = await veth.start('-i', NEAR, '-o', at('ring.pcap'), '--ring', '3x1kB');
    veth.send(CAPTURE, 20);
    await sleep(200);
    run.child.kill('SIGTERM');
    expect(await run.end(), run.stderr).to.equal(0);
    const names = fs.readdirSync(folder).filter((each) => each.startsWith('ring'));
    expect(names.length).to.equal(3);
    const kept: string[] = [];
    for (const name of names.sort()) {
      expect(fs.statSync(at(name)).size).to.be.at.most(1000);
      kept.push(...(await framesOf(at(name))));
    }
    const all = Array.from({ length: 20 }, () => sent).flat();
    expect(kept.length).to.be.greaterThan(10);
    expect(kept).to.deep.equal(all.slice(-kept.length));
  });

  it('replays what arrives as it would replay a capture of it', async () => {
    const run = await veth.start('-i', NEAR, '--replay', '-o', at('out.pcap'), '--verdicts', at('v.jsonl'), '--json');
    veth.send(CAPTURE);
    await sleep(100);
    run.child.kill('SIGINT');
    expect(await run.end(), run.stderr).to.equal(0);
    runVppcap(['replay', CAPTURE, '-o', at('file.pcap'), '-q']);
    expect(await framesOf(at('out.pcap'))).to.deep.equal(await framesOf(at('file.pcap')));
    expect(fs.readFileSync(at('v.jsonl'), 'utf8').trim().split('\n').length).to.equal(sent.length);
  });

  it('audits the node whose traffic it records', async () => {
    runVppcap(['replay', CAPTURE, '--both', '-o', at('both.pcapng'), '-q']);
    const both = await framesOf(at('both.pcapng'));
    const records = both.map((hex) => pcapRecord(LITTLE, { ...ONE, bytes: Buffer.from(hex, 'hex') }));
    fs.writeFileSync(at('both.pcap'), Buffer.concat([pcapHeader(LITTLE), ...records]));
    const script = fs.readFileSync(join(ROOT, 'configs', 'contiv-node.vpp'), 'utf8');
    fs.writeFileSync(at('other.vpp'), script.replace('add address 192.168.16.1\n', 'add address 192.168.16.9\n'));
    for (const { args, code, words } of [
      { args: [], code: 0, words: 'as expected: 6 frames arrived, 6 of 6 sent as expected' },
      { args: ['-c', at('other.vpp')], code: 1, words: 'different: 1 unexpected, 5 changed; 6 frames arrived' },
    ]) {
      const run = await veth.start('--audit', '-i', NEAR, '--count', String(both.length), ...args);
      veth.send(at('both.pcap'));
      expect(await run.end(), run.stderr).to.equal(code);
      expect(run.stdout.toString()).to.include(words);
      expect(run.stderr).to.include(`recorded ${String(both.length)} frames from ${NEAR}`);
    }
  });

  it('hands a frame on within a moment', async () => {
    fs.writeFileSync(at('one.pcap'), Buffer.concat([pcapHeader(LITTLE), pcapRecord(LITTLE, ONE)]));
    const run = await veth.start('-i', NEAR, '-o', '-');
    veth.send(at('one.pcap'));
    const start = performance.now();
    while (run.stdout.length < 24 + 16 + ONE.bytes.length) await sleep(2);
    expect(performance.now() - start).to.be.lessThan(1000);
    run.child.kill('SIGINT');
    expect(await run.end()).to.equal(0);
  });

  it('keeps what came until the interface goes away, and exits with 3', async () => {
    const run = await veth.start('-i', NEAR, '-o', at('gone.pcap'));
    veth.send(CAPTURE);
    await sleep(100);
    veth.removeLinks();
    expect(await run.end()).to.equal(3);
    expect(run.stderr).to.match(/near: recording ended after 6 frames: the interface has gone or went down; what/);
    expect(await framesOf(at('gone.pcap'))).to.deep.equal(sent);
    expect(veth.makeLinks()).to.equal(true);
  });

  for (const { name, args, code, words } of [
    {
      name: 'an interface that is not there',
      args: ['-i', 'nowhere'],
      code: 3,
      words: 'nowhere: cannot be recorded: No such device exists',
    },
    {
      name: 'a filter that is none',
      args: ['-i', NEAR, '-f', 'tcp prt 80'],
      code: 2,
      words: /^the filter "tcp prt 80" is none of libpcap's: can't parse filter expression: syntax error$/,
    },
  ]) {
    it(`answers ${name} in one line with exit code ${code}, and makes no file`, async () => {
      const run = await veth.start('-o', at('never.pcap'), ...args);
      expect(await run.end()).to.equal(code);
      expect(run.stderr).to.match(/^vppcap: [^\n]*\n$/);
      const told = run.stderr.slice('vppcap: '.length).trimEnd();
      if (typeof words === 'string') expect(told).to.equal(words);
      else expect(told).to.match(words);
      expect(fs.existsSync(at('never.pcap'))).to.equal(false);
    });
  }
});

const ONE = { seconds: 0, fraction: 0, bytes: Buffer.from(`ffffffffffff02000000000188b5${'00'.repeat(46)}`, 'hex') };
