/** A replay that goes on where another one ended: what is written is the same as in one piece. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runVppcap } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures', 'tftp-answer-lost.pcap');
const [HEADER_BYTES, RECORD_BYTES] = [24, 16];

/** The records of a classic pcap. */
function recordsOf(pcap: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = HEADER_BYTES; at < pcap.length;) {
    const end = at + RECORD_BYTES + pcap.readUInt32LE(at + 8);
    records.push(pcap.subarray(at, end));
    at = end;
  }
  return records;
}

describe('a saved state', () => {
  let folder = '';
  const at = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-state-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const bytes = readFileSync(CAPTURE);
  const cut = (name: string, from: number, to: number): string => {
    writeFileSync(at(name), Buffer.concat([bytes.subarray(0, HEADER_BYTES), ...recordsOf(bytes).slice(from, to)]));
    return at(name);
  };
  const sentBy = (capture: string, ...more: readonly string[]): Buffer[] => {
    const { code, stderr } = runVppcap(['replay', capture, '-o', at('out.pcap'), '-q', ...more]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return recordsOf(readFileSync(at('out.pcap')));
  };

  it('is gone on from behind any frame', () => {
    const whole = sentBy(CAPTURE);
    for (const behind of [1, 3, 5]) {
      const first = sentBy(cut('first.pcap', 0, behind), '--save-state', at('state.txt'));
      const rest = sentBy(cut('rest.pcap', behind, Infinity), '--state', at('state.txt'));
      expect([...first, ...rest], `behind frame ${behind}`).to.deep.equal(whole);
    }
  });

  it('has the sessions as --sessions prints them', () => {
    const { stdout } = runVppcap([
      'replay',
      CAPTURE,
      '--sessions',
      '-q',
      '--save-state',
      at('all.txt'),
      '-o',
      at('o.pcap'),
    ]);
    expect(stdout).to.match(/^### show acl-plugin sessions thread 0 index \*\nnow: /);
    expect(stdout).to.match(
      /\n### show nat44 sessions detail\nNAT44 sessions:\n-------- thread 0 vpp_main: 2 sessions --------\n/,
    );
    expect(readFileSync(at('all.txt'), 'utf8')).to.include(stdout.slice(stdout.indexOf('### show nat44')));
  });

  it('is of its script', () => {
    sentBy(CAPTURE, '--save-state', at('state.txt'));
    writeFileSync(at('other.vpp'), 'create packet-generator interface pg0\n');
    const { code, stderr } = runVppcap(['replay', `pg0=${CAPTURE}`, '-c', at('other.vpp'), '--state', at('state.txt')]);
    expect(code).to.equal(2);
    expect(stderr).to.match(
      /state\.txt:\d+:1: expected the state of VPP 19\.08 and configuration [0-9a-f]{8}, found that of/,
    );
  });

  it('is no output in the place of an input', () => {
    const state = at('state.txt');
    sentBy(CAPTURE, '--save-state', state);
    const { code, stderr } = runVppcap([
      'replay',
      CAPTURE,
      '--state',
      state,
      '--save-state',
      state,
      '-o',
      at('o.pcap'),
    ]);
    expect(code).to.equal(2);
    expect(stderr).to.match(/^vppcap: .*state\.txt/);
  });
});
