/** Captures of cooked devices, of raw IP and of interfaces with names of their own, as people brought them. */

import { expect } from 'chai';
import { describeField, fieldFile } from '../field-files.js';
import { runVppcap } from '../cli/run-vppcap.js';

const cooked = (name: string): string => fieldFile('verify-cooked', name);
const named = (name: string): string => fieldFile('verify-interface-names', name);
const BOUND = '  allowed for in 1 packet (first: frame 1): 192.168.16.1 tcp port 30000 stands for 31000\n';

describeField('captures from the field, compared', () => {
  for (const kind of ['eth', 'raw', 'ip4', 'sll', 'sll2']) {
    const captures = [cooked(`k-${kind}-1.pcap`), cooked(`k-${kind}-2.pcap`)];
    it(`tells fields and binds ports: ${kind}`, () => {
      expect(runVppcap(['verify', ...captures])).to.include({
        code: 1,
        stdout:
          'frame 1: ip4.id expected 0x0002, got 0x0001\n' +
          `differences: 1 changed, 0 missing, 0 unexpected; 0 packets equal\n${BOUND}`,
      });
    });
    it(`ignores fields: ${kind}`, () => {
      expect(runVppcap(['verify', ...captures, '--ignore', 'ip4.id'])).to.include({
        code: 0,
        stdout: `match: 1 packet equal\n  allowed for in 1 packet (first: frame 1): ignored: ip4.id\n${BOUND}`,
      });
    });
  }

  for (const { args, stdout } of [
    { args: [cooked('k-raw-1.pcap'), cooked('k-ip4-1.pcap')], stdout: /^match: 1 packet equal\n$/ },
    { args: [cooked('of-a.pcap'), cooked('of-b.pcap'), '--order', 'flow'], stdout: /^match: all 4 packets equal\n/ },
    { args: [cooked('oe-a.pcap'), cooked('oe-b.pcap'), '--order', 'flow'], stdout: /^match: all 4 packets equal\n/ },
    { args: [cooked('k-sll2-1.pcap'), cooked('k-eth-1.pcap'), '--ignore', 'link'], stdout: /^match: 1 packet equal\n/ },
    { args: [named('if-a.pcapng'), named('if-b.pcapng'), '--ignore', 'interface'], stdout: /^match: all 5 packets/ },
    { args: [named('if-a.pcapng'), named('if-b.pcapng'), '--map', 'eth0=ens3'], stdout: /^match: all 5 packets/ },
  ])
    it(`matches: ${args.map((arg) => arg.replace(/.*\//, '')).join(' ')}`, () => {
      const result = runVppcap(['verify', ...args]);
      expect(result.stdout).to.match(stdout);
      expect(result.code).to.equal(0);
    });

  it('names the way out where interfaces have other names', () => {
    const { code, stdout } = runVppcap(['verify', named('if-a.pcapng'), named('if-b.pcapng')]);
    expect(stdout).to.contain('5 packets differ: interface expected ens3, got eth0; first: frame 1 on eth0\n');
    expect(stdout).to.contain('--map eth0=ens3 compares these two, --ignore interface compares packets');
    expect(code).to.equal(1);
  });

  for (const { name, bytes } of [
    { name: 'ex-raw.pcap', bytes: 40 },
    { name: 'ex-sll.pcap', bytes: 56 },
  ])
    it(`says what arrived: ${name}`, () => {
      const { code, stdout } = runVppcap(['explain', fieldFile('explain-cooked', name), '--frame', '1']);
      expect(stdout.split('\n')[0]).to.equal(
        `Frame 1 arrived on tap2: TCP 10.1.1.3:41084 > 93.184.216.34:80 (SYN), ${bytes} bytes.`,
      );
      expect(code).to.equal(0);
    });
});
