import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseCaptureArgument } from '../../src/cli/common/argument-values.js';

const ROWS = [
  { name: 'a path', given: 'in.pcap', expected: { path: 'in.pcap', interfaceName: null } },
  { name: 'an interface and a path', given: 'tap2=pod.pcap', expected: { path: 'pod.pcap', interfaceName: 'tap2' } },
  {
    name: 'an interface name with slashes',
    given: 'GigabitEthernet0/8/0=up/link.pcap',
    expected: { path: 'up/link.pcap', interfaceName: 'GigabitEthernet0/8/0' },
  },
  { name: 'a path with = behind the first', given: 'tap2=a=b', expected: { path: 'a=b', interfaceName: 'tap2' } },
  { name: 'standard input on an interface', given: 'tap2=-', expected: { path: '-', interfaceName: 'tap2' } },
  { name: 'no interface before the =', given: '=x.pcap', expected: { path: '=x.pcap', interfaceName: null } },
  { name: 'no path behind the =', given: 'tap2=', expected: { path: 'tap2=', interfaceName: null } },
];

describe('capture argument', () => {
  for (const { name, given, expected } of ROWS) {
    it(name, () => {
      expect(parseCaptureArgument(given)).to.deep.equal(expected);
    });
  }

  it('takes a file that exists under the whole text for that file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vppcap-argument-'));
    const path = join(folder, 'a=b.pcap');
    writeFileSync(path, '');
    expect(parseCaptureArgument(path)).to.deep.equal({ path, interfaceName: null });
    rmSync(folder, { recursive: true });
  });
});
