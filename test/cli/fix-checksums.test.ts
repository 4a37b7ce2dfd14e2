/** --fix-checksums from the command line to a case that remembers it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LITTLE, pcapHeader, pcapRecord } from '../capture/capture-bytes.js';
import { L3, L4, NAT_IN_OUT, tcpOf, viewOf } from '../pipeline/packets.js';
import { runVppcap } from './run-vppcap.js';

/** A SYN whose checksums are both 0; pg0's MAC is that of the packet builder. */
function unfinished(): Buffer {
  const frame = tcpOf({ source: '10.1.1.3', destination: '8.8.8.8', protocol: 6 }, 41000, 80, 2);
  viewOf(frame).setUint16(L3 + 10, 0);
  viewOf(frame).setUint16(L4 + 16, 0);
  return Buffer.from(frame);
}

describe('--fix-checksums', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-fix-'));
    const record = pcapRecord(LITTLE, { seconds: 1, fraction: 0, bytes: unfinished() });
    writeFileSync(join(folder, 'in.pcap'), Buffer.concat([pcapHeader(LITTLE), record]));
    writeFileSync(join(folder, 'node.vpp'), `${NAT_IN_OUT.join('\n')}\n`);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (...args: string[]): string => runVppcap(args, folder).stdout;

  it('without it the frame is dropped, and the summary says why and what helps', () => {
    const text = run('replay', 'pg0=in.pcap', '-c', 'node.vpp');
    expect(text).to.include('the IP header checksum is 0: it looks like checksum offload');
    expect(text).to.include('--fix-checksums fills them in before the replay');
  });

  it('with it the frame leaves, and what was filled in is told', () => {
    const text = run('replay', 'pg0=in.pcap', '-c', 'node.vpp', '--fix-checksums', '-o', 'out.pcap');
    expect(text).to.include('received 1 = transmitted 1').and.to.include('fixed checksums of 1 frame, lengths of 0');
    const completed = run('replay', 'pg0=in.pcap', '-c', 'node.vpp', '--fix-checksums', '--expect', 'out.pcap');
    expect(completed).to.include('match: 1 packet equal');
  });

  it('a case remembers it', () => {
    run('new-case', 'pg0=in.pcap', '-c', 'node.vpp', '-o', 'cases/offload', '--fix-checksums');
    expect(readFileSync(join(folder, 'cases', 'offload', 'case.yaml'), 'utf8')).to.include('fixChecksums: true');
    expect(runVppcap(['test', 'cases'], folder).code).to.equal(0);
  });
});
