/** `vppcap shrink` and `vppcap test --shrink` as a user runs them. */

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runVppcap } from './run-vppcap.js';

describe('vppcap shrink', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-shrink-'));
  const capture = join(ROOT, 'captures', 'pod-to-internet.pcap');
  const node = join(ROOT, 'configs', 'contiv-node.vpp');
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const denying = file(
    'denying.vpp',
    readFileSync(node, 'utf8').replace('deny src 10.1.1.3/32 dst 10.20.0.0/24', 'deny src 10.1.1.3/32 dst 8.8.8.8/32'),
  );
  const run = (...args: string[]) => runVppcap(['shrink', capture, ...args], folder);
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('writes the frame that a rule denies, and a script of few lines that denies it, too', () => {
    const { code, stdout } = run('-c', denying, '--keep', 'drop acl', '--config-too', '-o', 'drop.pcap');
    expect({ code, stdout: stdout.split('\n').slice(0, 2) }).to.deep.equal({
      code: 0,
      stdout: ['drop.pcap: 1 frame of 6 still shows drop acl', '  frame 1: UDP 10.1.1.3:40001 > 8.8.8.8:53, 71 bytes'],
    });
    const script = readFileSync(join(folder, 'drop.vpp'), 'utf8');
    expect(script.split('\n').length).to.be.below(15);
    expect(script).to.include('tag global deny src 10.1.1.3/32 dst 8.8.8.8/32\n');
    const replayed = runVppcap(['replay', 'drop.pcap', '-c', 'drop.vpp', '-o', 'out.pcap'], folder);
    expect(replayed.stdout).to.include('rule 0 (deny src 10.1.1.3/32 dst 8.8.8.8/32)');
  });

  it('keeps a change between two scripts, which the short ones have as well', () => {
    expect(run('-c', node, '-c', denying, '--keep', 'diff dropped', '--config-too', '-o', 'diff.pcap').code).to.equal(
      0,
    );
    const scripts = ['diff.before.vpp', 'diff.after.vpp'];
    const told = runVppcap(['diff', 'diff.pcap', ...scripts.flatMap((name) => ['-c', name])], folder);
    expect({ code: told.code, words: told.stdout.split('\n')[1] }).to.deep.equal({
      code: 1,
      words: 'passes → dropped: 1 flow, 1 frame',
    });
  });

  it('keeps the commands between frames that it takes, before the frames that are left', () => {
    const changes = file(
      'changes.vpp',
      [
        '# at +1.5s\r',
        'set interface state tap2 down\r',
        '# before frame 3\r',
        'set interface state tap2 up\r',
        'set acl-plugin acl index 2 tag global deny src 10.1.1.3/32 dst 0.0.0.0/0 proto 6\r',
        '# at +1h\r'.replace('1h', '3600s'),
        'set interface state tap2 down',
      ].join('\n'),
    );
    const { code, stdout } = run(
      '-c',
      node,
      '--changes',
      changes,
      '--keep',
      'drop acl',
      '--config-too',
      '-o',
      'late.pcap',
    );
    expect({ code, stdout }).to.deep.equal({
      code: 0,
      stdout: [
        'late.pcap: 1 frame of 6 still shows drop acl',
        '  frame 4: TCP 10.1.1.3:40004 > 198.51.100.7:80 (SYN), 54 bytes',
        'late.vpp: 10 lines',
        'late.changes.vpp: 3 lines',
        '',
      ].join('\n'),
    });
    expect(readFileSync(join(folder, 'late.changes.vpp'), 'utf8')).to.match(
      /^# before frame 0\n.*up\nset acl-plugin acl index 2 [^\n]*\n$/,
    );
    const replayed = runVppcap(
      ['replay', 'late.pcap', '-c', 'late.vpp', '--changes', 'late.changes.vpp', '-o', 'out.pcap'],
      folder,
    );
    expect(replayed.stdout).to.include('denied on output of GigabitEthernet0/8/0 by ACL 2 "global" rule 0');
    expect(run('-c', node, '-c', denying, '--changes', changes, '--keep', 'diff', '-o', 'no.pcap').stderr).to.equal(
      'vppcap: --changes is for one node: take it with --keep drop, frame or expect\n',
    );
  });

  it('keeps the first difference to what is expected', () => {
    runVppcap(['replay', capture, '-c', node, '-o', 'expected.pcapng'], folder);
    const { code, stdout } = run('-c', denying, '--keep', 'expect', '--expect', 'expected.pcapng', '-o', 'few.pcapng');
    expect({ code, words: stdout.split('\n')[0] }).to.deep.equal({
      code: 0,
      words: 'few.pcapng: 1 frame of 6 still shows the first difference to expected.pcapng',
    });
    expect(run('-c', node, '--keep', 'expect', '--expect', 'expected.pcapng', '-o', 'no.pcap').stderr).to.equal(
      'vppcap: --keep expect: nothing differs from expected.pcapng\n',
    );
  });

  for (const [name, args, message] of [
    ['what is not shown', ['--keep', 'drop zzz', '-o', 'no.pcap'], 'no frame of'],
    ['a word that it does not know', ['--keep', 'dorp', '-o', 'no.pcap'], 'did you mean drop?'],
    ['a frame that there is not', ['--keep', 'frame 7', '-o', 'no.pcap'], 'there is no such frame'],
    ['an output that is an input', ['--keep', 'frame 1', '-o', capture], 'give them different names'],
    [
      'an expectation that is not asked for',
      ['--keep', 'drop', '--expect', 'a', '-o', 'no.pcap'],
      'go with each other',
    ],
    ['two scripts for one node', ['-c', node, '--keep', 'drop', '-o', 'no.pcap'], 'only --keep diff has two nodes'],
  ] as const)
    it(`refuses ${name}`, () => {
      const { code, stderr } = run('-c', node, ...args);
      expect(code).to.equal(2);
      expect(stderr)
        .to.match(/^vppcap: .*\n$/)
        .and.to.include(message);
      expect(existsSync(join(folder, 'no.pcap'))).to.equal(false);
    });

  it('makes a failing case small, which fails in the same way', () => {
    const from = join(ROOT, 'expectations', 'nat-in-out');
    cpSync(from, join(folder, 'suite', 'nat'), { recursive: true });
    const expected = join(folder, 'suite', 'nat', 'expected.pcapng');
    const bytes = readFileSync(expected);
    // The last byte of the last packet (draft-ietf-opsawg-pcapng, 4.3: Enhanced Packet Block).
    const block = bytes.length - bytes.readUInt32LE(bytes.length - 4);
    bytes[block + 28 + bytes.readUInt32LE(block + 20) - 1] ^= 0xff;
    writeFileSync(expected, bytes);
    const { code, stderr } = runVppcap(['test', 'suite', '--shrink', 'small', '-q'], folder);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^small\/nat: [12] frames? of 60 still fails?\n$/);
    const again = runVppcap(['test', 'small'], folder);
    expect(again.code).to.equal(1);
    expect(again.stdout.match(/^ {4,}\S.*(expected .*, got|is missing|is not expected)/gm)?.length).to.equal(1);
  });
});
