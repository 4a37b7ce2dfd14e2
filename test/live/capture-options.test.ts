import { expect } from 'chai';
import { linkTypeOf } from '../../src/capture/live/link-type-of.js';
import { ringPath } from '../../src/capture/output/ring-writer.js';
import { durationSeconds, ringSize } from '../../src/cli/run/recording.js';
import { MAIN, runVppcap } from '../cli/run-vppcap.js';
import { spawnSync } from 'node:child_process';

describe('what vppcap capture is asked for', () => {
  for (const { given, expected } of [
    { given: '90', expected: 90 },
    { given: '90s', expected: 90 },
    { given: '1.5m', expected: 90 },
    { given: '2h', expected: 7200 },
  ])
    it(`takes a duration of ${given}`, () => {
      expect(durationSeconds(given)).to.equal(expected);
    });

  for (const { given, expected } of [
    { given: '10x100MB', expected: { files: 10, bytes: 100_000_000 } },
    { given: '2x1kB', expected: { files: 2, bytes: 1000 } },
    { given: '1x1.5GiB', expected: { files: 1, bytes: 1_610_612_736 } },
  ])
    it(`takes a ring of ${given}`, () => {
      expect(ringSize(given)).to.deep.equal(expected);
    });

  for (const { given, expected } of [
    { given: 'ETHERNET', expected: 1 },
    { given: 'RAW', expected: 101 },
    { given: 'LINKTYPE_LINUX_SLL', expected: 113 },
    { given: 'Unknown linktype 276', expected: 276 },
    { given: 'something else', expected: 147 },
  ])
    it(`knows the link type ${given}`, () => {
      expect(linkTypeOf(given)).to.equal(expected);
    });

  for (const { given, expected } of [
    { given: 'x.pcap', expected: 'x_00002.pcap' },
    { given: 'a.b/x.y.pcapng', expected: 'a.b/x.y_00002.pcapng' },
  ])
    it(`names the second file of a ring ${given}`, () => {
      expect(ringPath(given, 2)).to.equal(expected);
    });

  for (const { given, words } of [
    { given: '-o x.pcap', words: '--interface is missing (vppcap capture --help)' },
    { given: '-i lo', words: 'name where to record to with --output, or - for standard output' },
    { given: '-i lo -o x.pcap --count 0', words: '--count 0: expected a whole number from 1 up' },
    { given: '-i lo -o x.pcap --snaplen 70000', words: '--snaplen 70000: expected a whole number from 1 to 65535' },
    {
      given: '-i lo -o x.pcap --duration soon',
      words: '--duration soon: expected a time such as 90s, 15m or 2h, up to 24 days',
    },
    {
      given: '-i lo -o x.pcap --ring 10',
      words: '--ring 10: expected a number of files and their size, such as 10x100MB',
    },
    {
      given: '-i lo -o x.pcap --ring 0x1MB',
      words: '--ring 0x1MB: expected a number of files and their size, such as 10x100MB',
    },
    {
      given: '-i lo -o - --ring 2x1MB',
      words: '--ring needs an output with a name such as x.pcap, which makes x_00001.pcap, x_00002.pcap and on',
    },
    { given: '-i lo -o x.pcap --drops d.pcapng', words: '--drops goes with --replay' },
    {
      given: '-i lo --replay --ring 2x1MB -o x.pcap',
      words: '--ring records what arrives; it does not go with --replay',
    },
    { given: '-i lo -i lo -o x.pcap', words: '--interface is given more than once, which only --audit takes' },
    { given: '--audit -i lo --ring 2x1MB', words: '--ring does not go with --audit' },
    { given: '-i lo -o x.pcap --snalpen 40', words: /did you mean --snaplen\?/ },
  ])
    it(`answers ${given} in one line with exit code 2`, () => {
      const { code, stderr } = runVppcap(['capture', ...given.split(' ')]);
      if (typeof words === 'string') expect(stderr).to.equal(`vppcap: ${words}\n`);
      else expect(stderr).to.match(words);
      expect(code).to.equal(2);
    });

  it('says how to get the binding where there is none', () => {
    const quoted = (code: string): string => encodeURIComponent(code).replaceAll("'", '%27');
    const hooks = `export const resolve = (name, context, next) => {
      if (name === 'cap') throw new Error('Cannot find package'); return next(name, context); };`;
    const register = `import { register } from 'node:module'; register('data:text/javascript,${quoted(hooks)}');`;
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'capture', '-i', 'lo', '-o', 'never.pcap'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${quoted(register)}` },
    });
    expect(stderr).to.equal(
      'vppcap: recording needs the npm package cap, which could not be loaded: install the headers of libpcap ' +
        '(Debian: apt-get install libpcap-dev), then run npm rebuild cap, or npm install cap where it is missing\n',
    );
    expect(status).to.equal(2);
  });
});
