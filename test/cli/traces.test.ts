/** `vppcap import`, `verify-trace` and `explain`, as a user runs them. The traces are vppcap's own, made with `vppcap trace`. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MAIN, ROOT, runVppcap } from './run-vppcap.js';

const CAPTURE = 'captures/pod-to-internet.pcap';
const NODE = 'configs/contiv-node.vpp';

describe('packet traces on the command line', () => {
  let folder: string;
  let trace: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-traces-'));
    trace = join(folder, 'trace.txt');
    expect(runVppcap(['trace', CAPTURE, '-c', NODE, '-o', trace]).code).to.equal(0);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  describe('verify-trace', () => {
    it('agrees with the node that was traced', () => {
      const { code, stdout } = runVppcap(['verify-trace', trace, '-c', NODE]);
      expect(stdout).to.match(/69 node records of 6 packets: 69 agree; none decides otherwise\n$/);
      expect(code).to.equal(0);
    });

    it('reads standard input, and a Markdown document', () => {
      const input = `# Report\n\n\`\`\`\n${readFileSync(trace, 'utf8')}\`\`\`\n`;
      const options = { encoding: 'utf8', cwd: ROOT, input } as const;
      const { status, stdout } = spawnSync(process.execPath, [MAIN, 'verify-trace', '-', '-c', NODE], options);
      expect(stdout).to.include('none decides otherwise');
      expect(status).to.equal(0);
    });

    /** What is changed in the node, and the first node that decides otherwise then. */
    const CHANGES: { what: string; from: string | RegExp; to: string; expected: RegExp }[] = [
      {
        what: 'a rule',
        from: ', permit src 0.0.0.0/0 dst 0.0.0.0/0\n',
        to: ', deny src 0.0.0.0/0 dst 0.0.0.0/0\n',
        expected:
          /packet 1 .*, acl-plugin-out-ip4-fa \(line \d+\): action 1, here 0; goes on to nat44-in2out-output, here to error-drop\n {2}here decides ACL 2 "global" rule 14 /,
      },
      {
        what: 'a route',
        from: 'ip route add 0.0.0.0/0 via 192.168.16.100 GigabitEthernet0/8/0',
        to: 'ip route add 8.0.0.0/8 via 192.168.16.100 GigabitEthernet0/8/0',
        expected:
          /packet 2 .*, ip4-lookup \(line \d+\): route: dpo-idx 1, here 0; goes on to ip4-rewrite, here to ip4-drop\n {2}here the packet ends: no route/,
      },
      {
        what: 'a MAC address',
        from: '192.168.16.100 08:00:27:02:a5:36',
        to: '192.168.16.100 08:00:27:02:a5:37',
        expected: /packet 1 .*, ip4-rewrite \(line \d+\): adjacency: rewrite string 08002702a536\w+, here 08002702a537/,
      },
      {
        what: 'the order of NAT44 addresses',
        from: 'nat44 add address 192.168.16.1\n',
        to: 'nat44 add address 192.168.16.1\nnat44 add address 192.168.16.7\n',
        expected:
          /packet 1 .*, GigabitEthernet0\/8\/0-output \(line \d+\): IPv4 source 192\.168\.16\.1, here 192\.168\.16\.7/,
      },
    ];
    for (const { what, from, to, expected } of CHANGES)
      it(`names the first node that decides otherwise: ${what}`, () => {
        const script = readFileSync(join(ROOT, NODE), 'utf8');
        expect(script.replace(from, to)).to.not.equal(script);
        const { code, stdout } = runVppcap([
          'verify-trace',
          trace,
          '-q',
          '-c',
          file('node.vpp', script.replace(from, to)),
        ]);
        expect(stdout).to.match(expected);
        expect(code).to.equal(1);
      });

    const BAD: { name: string; args: string[]; code: number; stderr: RegExp }[] = [
      { name: 'a file that is not there', args: ['nowhere.txt'], code: 3, stderr: /nowhere\.txt: no such file/ },
      {
        name: 'a text without traces',
        args: ['LICENSE', '--packets', '1'],
        code: 3,
        stderr: /no packet trace in it/,
      },
      { name: 'a text that is none', args: ['package.json'], code: 3, stderr: /no packet trace in it/ },
      {
        name: 'a packet number that is none',
        args: ['LICENSE', '--packets', 'x'],
        code: 2,
        stderr: /expected numbers/,
      },
    ];
    it('is no success where nothing could be judged', () => {
      const text = readFileSync(trace, 'utf8');
      const tail = file('tail.txt', text.slice(text.lastIndexOf('ip4-rewrite')));
      const { code, stdout, stderr } = runVppcap(['verify-trace', tail, '-c', NODE]);
      expect(stdout).to.include('nothing could be judged');
      expect(stderr).to.match(/tail\.txt: none of its \d node records could be judged: the text does not have/);
      expect(code).to.equal(3);
    });

    it('says which lines it does not understand, and of what release they look', () => {
      const text = readFileSync(trace, 'utf8').replace(/^.*nat44-out2in$/m, '  [unknown-proto]\n$&');
      for (const command of ['verify-trace', 'import']) {
        const { code, stdout } = runVppcap([command, file('newer.txt', text)]);
        expect(stdout).to.match(
          /1 line of a known node was not understood, first line \d+ `\[unknown-proto\]`; the text is worded most like VPP 19\.08\n/,
        );
        expect(code).to.equal(0);
      }
    });

    for (const { name, args, code, stderr } of BAD)
      it(`refuses ${name}`, () => {
        const outcome = runVppcap(['verify-trace', ...args]);
        expect(outcome.stderr).to.match(stderr);
        expect(outcome.stderr.trim().split('\n')).to.have.length(1);
        expect(outcome.code).to.equal(code);
      });
  });

  describe('import', () => {
    it('makes a case that passes', () => {
      const target = join(folder, 'case');
      const { code, stdout } = runVppcap(['import', trace, '-o', target]);
      expect(stdout).to.include('every record agrees');
      expect(code).to.equal(0);
      expect(runVppcap(['test', target]).stdout).to.match(/\b1 passed/);
      expect(runVppcap(['verify-trace', trace, '-c', join(target, 'node.vpp')]).code).to.equal(0);
    });

    /** Traces of regression cases, and what import says of the case that it makes of them. */
    const TRIED: readonly { of: string; said: RegExp[]; test: number }[] = [
      { of: 'echo-to-node', said: [/every record agrees\n {2}\d placeholders/, /vppcap test \S+ passes$/m], test: 0 },
      {
        of: 'pod-traffic',
        said: [/vppcap test \S+ does not pass yet \(and \d+ more\): \d packets differ/, /put the real configuration/],
        test: 1,
      },
    ];
    for (const { of, said, test } of TRIED)
      it(`says whether its case passes: ${of}`, () => {
        const text = join(folder, `${of}.txt`);
        const target = join(folder, `${of}-case`);
        const given = join(ROOT, 'expectations', of);
        runVppcap(['trace', join(given, 'in.pcapng'), '-c', join(given, 'node.vpp'), '-o', text]);
        const { code, stdout } = runVppcap(['import', text, '-o', target]);
        for (const expected of said) expect(stdout).to.match(expected);
        expect(code).to.equal(0);
        expect(runVppcap(['test', target]).code).to.equal(test);
      });

    it('names what it assumes of the time before the trace', () => {
      const answer = join(folder, 'answer.txt');
      // The answer of a flow without the packets that began it.
      writeFileSync(answer, readFileSync(trace, 'utf8').replace(/Packet 1\n[^]*(?=Packet 6\n)/, ''));
      const { stdout } = runVppcap(['import', answer, '-o', join(folder, 'answer-case')]);
      expect(stdout).to.match(/^ {2}assumed of the time before the trace \(packet 1, line \d+\): /m);
    });

    it('rebuilds the capture as far as the trace goes', () => {
      const { stdout } = runVppcap(['import', trace, '--json']);
      const { packets } = JSON.parse(stdout) as { packets: { input: { bytes: string; known: string } }[] };
      expect(packets[4].input.bytes.slice(0, 120)).to.equal(
        '02fe163f5f0f00000000000208004500003c7dab40004006' +
          '31540a0101031f866133a07c0050940482c000000000a002721091d00000020405b40402'.slice(0, 72),
      );
      expect(packets[4].input.known).to.equal('ff'.repeat(60) + '00'.repeat(14));
    });

    it('does not write over a folder', () => {
      const { code, stderr } = runVppcap(['import', trace, '-o', folder]);
      expect(stderr).to.include('is there already');
      expect(code).to.equal(2);
    });
  });

  describe('explain', () => {
    const EXPLAINED: { name: string; args: string[]; expected: RegExp[] }[] = [
      {
        name: 'a new flow through NAT44',
        args: [CAPTURE, '--frame', '5', '-c', NODE],
        expected: [
          /^Frame 5 arrived on tap2: TCP 10\.1\.1\.3:41084 > 31\.134\.97\.51:80 \(SYN\), 74 bytes\.\n/,
          /rule 0 of ACL 3 "reflective" .* permits it and makes ACL session 4 for its answers\.\n.*contiv-node\.vpp:\d+: set acl-plugin acl tag reflective/,
          /the route 0\.0\.0\.0\/0 in table 0 covers its destination\.\n.*: ip route add 0\.0\.0\.0\/0/,
          /translates the source 10\.1\.1\.3:41084 to 192\.168\.16\.1:25801, with session 4, which it makes; its port is draw 5 .*\n.*: nat44 add address 192\.168\.16\.1\n/,
          /It left by GigabitEthernet0\/8\/0: TCP 192\.168\.16\.1:25801 > 31\.134\.97\.51:80 \(SYN\)/,
        ],
      },
      {
        name: 'an answer',
        args: [CAPTURE, '--frame', '6', '-c', NODE],
        expected: [
          /by session 4, which frame 5 made; the port was draw 5/,
          /on tap2 it passes by ACL session 4, which frame 5 made by rule 0 of ACL 3/,
        ],
      },
      {
        name: 'a denied frame',
        args: ['expectations/acl-deny-to-pod/in.pcapng', '--frame', '1', '-c', 'expectations/acl-deny-to-pod/node.vpp'],
        expected: [
          /It was dropped: denied on output of tap1 by ACL 0 "to-pod" rule 1/,
          /VPP's own trace says "acl-plugin-out-ip4-fa: ACL deny packets"/,
          /To pass, a rule that permits it has to come before rule 1 of ACL 0/,
        ],
      },
      {
        name: 'an expired TTL',
        args: ['expectations/ttl-expiry/in.pcapng', '--frame', '1', '-c', 'expectations/ttl-expiry/node.vpp'],
        expected: [
          /To pass, it has to arrive with a higher TTL/,
          /Because of it, VPP sent on tap1: ICMP time_exceeded/,
        ],
      },
    ];
    for (const { name, args, expected } of EXPLAINED)
      it(`tells of ${name}`, () => {
        const { code, stdout } = runVppcap(['explain', ...args]);
        for (const pattern of expected) expect(stdout).to.match(pattern);
        expect(code).to.equal(0);
      });

    it('says how many frames there are', () => {
      const { code, stderr } = runVppcap(['explain', CAPTURE, '--frame', '9']);
      expect(stderr).to.include('there is no frame 9, only 6');
      expect(code).to.equal(2);
    });

    it('gives JSON', () => {
      const { stdout } = runVppcap(['explain', CAPTURE, '--frame', '5', '--json', '-c', NODE]);
      const { outcome, steps } = JSON.parse(stdout) as { outcome: string; steps: { node: string; config: object }[] };
      expect(outcome).to.equal('transmitted');
      expect(steps.map(({ node }) => node)).to.include('nat44-in2out-output-slowpath');
    });
  });
});
