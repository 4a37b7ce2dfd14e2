/** Scripts as people paste them: prompts, vppctl, answers, comments, and commands that change nothing of what is modelled. */

import { expect } from 'chai';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { applyScript } from '../../src/config/apply.js';
import { parseScript, parseScriptFile } from '../../src/config/parse-script.js';
import { readPastedLine } from '../../src/config/pasted-line.js';
import { describeField, fieldFile } from '../field-files.js';

const COMMAND = 'create tap id 0';

/** Each has COMMAND in it, and nothing else that VPP should read. */
const LINES: readonly { given: string; lead: ReturnType<typeof readPastedLine>['lead'] }[] = [
  { given: COMMAND, lead: 'none' },
  { given: `vpp# ${COMMAND}`, lead: 'vpp-prompt' },
  { given: `vpp#${COMMAND}`, lead: 'vpp-prompt' },
  { given: `  DBGvpp# ${COMMAND}`, lead: 'vpp-prompt' },
  { given: `node-1.example# \t${COMMAND}`, lead: 'vpp-prompt' },
  { given: `vpp# vpp# ${COMMAND}`, lead: 'vpp-prompt' },
  { given: `vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `sudo vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `sudo -u vpp /usr/bin/vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `vppctl -s /run/vpp/cli.sock ${COMMAND}`, lead: 'vppctl' },
  { given: `vppctl "${COMMAND}"`, lead: 'vppctl' },
  { given: `vppctl '${COMMAND}';`, lead: 'vppctl' },
  { given: `vppctl ${COMMAND} || true`, lead: 'vppctl' },
  { given: `vppctl "${COMMAND}" >/dev/null 2>&1`, lead: 'vppctl' },
  { given: `root@node:~# vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `[root@node ~]# sudo vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `user@node:/tmp$ vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `$ sudo vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `sh-5.1$ vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `bash-5.1# vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `/ # vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `kubectl -n kube-system exec -it vswitch -c vpp -- vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `docker exec vpp vppctl ${COMMAND}`, lead: 'vppctl' },
  { given: `ssh root@node "vppctl ${COMMAND}"`, lead: 'vppctl' },
];

const NOT_LED: readonly string[] = [
  'set interface state tap0 up',
  '# interface: eth0',
  '# vppctl create tap id 0',
  'set acl-plugin acl tag vppctl permit',
];

const placed = (text: string): string[] =>
  parseScript(text, 'node.vpp').commands.map(({ at, text: command }) => `${at.line}:${at.column} ${command}`);

const noted = (text: string): string[] =>
  parseScript(text, 'node.vpp').notes.map(
    ({ at, text: line, kind, remark }) => `${at.line}:${at.column} ${line} (${kind}${remark === '' ? '' : `: ${remark}`})`,
  ); // prettier-ignore

const messageOf = (text: string): string => {
  try {
    applyScript(parseScript(text, 'node.vpp'));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'no error';
};

describe('config: pasted scripts', () => {
  for (const { given, lead } of LINES) {
    it(`finds the command in ${given}`, () => {
      expect(readPastedLine(given).lead).to.equal(lead);
      expect(placed(given)).to.deep.equal([`1:${given.indexOf(COMMAND) + 1} ${COMMAND}`]);
    });
  }

  for (const given of NOT_LED) {
    it(`takes nothing off ${given}`, () => {
      expect(readPastedLine(given)).to.deep.equal({ lead: 'none', start: 0, end: given.length });
    });
  }

  it('says columns as the line has them', () => {
    expect(messageOf('DBGvpp# create tap id 0\nDBGvpp# set int state tap0 upp')).to.equal(
      'node.vpp:2:28: expected "up" or "down", found "upp": did you mean "up"?',
    );
    expect(messageOf('sudo vppctl "set int state tap4 up"')).to.equal(
      'node.vpp:1:28: there is no interface "tap4"; no interface has been made yet; "create tap id 4" makes it',
    );
  });

  it('takes lines without a prompt for answers where commands have one, and notes them', () => {
    const session = [
      'vpp# create tap id 0',
      'tap0',
      'vpp# show interface',
      '              Name               Idx    State          Counter          Count',
      'tap0                              1      up            ip6                 1',
      'vpp# set interface tag tap0 pod',
      'set interface tag: unknown input `pod',
      'vpp# ',
      'root@node:~# exit',
    ].join('\n');
    expect(placed(session)).to.deep.equal(['1:6 create tap id 0']);
    expect(noted(session)).to.deep.equal([
      '2:1 tap0 (no command: taken for an answer)',
      '3:6 show interface (without effect)',
      '4:15 Name               Idx    State          Counter          Count (no command: taken for an answer)',
      '5:1 tap0                              1      up            ip6                 1 (no command: taken for an answer)',
      '6:6 set interface tag tap0 pod (without effect)',
      '7:1 set interface tag: unknown input `pod (no command: taken for an answer)',
      '9:14 root@node:~# exit (no command: for the shell)',
    ]);
  });

  it('asks about a line without a prompt that reads as a command', () => {
    expect(messageOf('\nvpp# create tap id 0\nset interface state tap0 up')).to.equal(
      'node.vpp:3:1: a command, or what VPP answered? Line 2 has a prompt or vppctl before its command, and this line has none: give it one, or take it out',
    );
  });

  const HIDDEN: readonly { given: string; expected: string }[] = [
    { given: 'env A=1 vppctl -s /run/a.sock create tap id 0', expected: '2:31' },
    { given: '${VPPCTL} create tap id 0', expected: '2:11' },
    { given: 'if ! vppctl show version || vppctl "create tap id 0"; then', expected: '2:37' },
    { given: 'root@node:~# chroot /x vppctl create tap id 0', expected: '2:31' },
    { given: '> vpp# create tap id 0', expected: '2:8' },
  ];
  for (const { given, expected } of HIDDEN)
    it(`loses no command in ${given}`, () => {
      expect(messageOf(`vppctl show version\n${given}`)).to.equal(
        `node.vpp:${expected}: what stands before this command is not understood: begin the line with vppctl or the prompt, or take it out`,
      );
    });

  for (const given of ['for i in $(ls /sys); do', 'while true; do', 'if [ -e /x ]; then'])
    it(`does not pass over ${given}`, () => {
      expect(messageOf(`${given}\n  vppctl create tap id $i\ndone`)).to.equal(
        "node.vpp:1:1: what a shell repeats, or does on a condition, depends on what it finds on the node: write the commands out (sed 's/vppctl/echo vppctl/' SCRIPT | bash prints them there)",
      );
    });

  const SHELL: readonly { name: string; given: string; expected: string[] }[] = [
    {
      name: 'a loop over words, in one line that was pasted',
      given: 'root@node:~# for i in 1 7; do vppctl create tap id $i; done\ntap1\ntap7',
      expected: ['1:8 create tap id 1', '1:8 create tap id 7'],
    },
    {
      name: 'loops in loops, over a range, a sequence and a count',
      given: [
        '#!/bin/sh',
        'NET=10.1',
        'for i in {0..1}',
        'do',
        '  for j in $(seq 3 4); do',
        '    vppctl ip table add ${i}$j',
        '  done',
        'done',
        'for ((k=7; k<9; k++)); do vppctl ip table add $((k + 1)); done',
        'vppctl ip route add $NET.0.0/16 via drop',
      ].join('\r\n'),
      expected: [
        ...['03', '04', '13', '14'].map((id) => `6:12 ip table add ${id}`),
        '9:8 ip table add 8',
        '9:8 ip table add 9',
        '10:8 ip route add 10.1.0.0/16 via drop',
      ],
    },
    {
      name: 'vppctl in a variable, words in quotes, and a condition about nothing of VPP',
      given: [
        '#!/bin/bash',
        'if [ "$EUID" -ne 0 ]; then',
        '  exit 1',
        'fi',
        'export CTL="sudo vppctl -s /run/a.sock"',
        '$CTL create tap id "3"',
      ].join('\n'),
      expected: ['6:28 create tap id 3'],
    },
    {
      name: 'texts that vppctl reads',
      given: [
        'root@node:~# vppctl <<EOF',
        '> create tap id 1',
        '> EOF',
        'echo "create tap id 2" | sudo vppctl',
        "cat <<'X' | vppctl -s /run/a.sock",
        'create tap id 3',
        'X',
      ].join('\n'),
      expected: ['2:21 create tap id 1', '4:13 create tap id 2', '6:23 create tap id 3'],
    },
  ];
  for (const { name, given, expected } of SHELL)
    it(`reads ${name}`, () => {
      expect(placed(given)).to.deep.equal(expected);
    });

  for (const given of [
    'root@node:~# which vppctl',
    'VPPCTL="docker exec vpp vppctl"',
    'vppctl: no such file',
    'if 1 is up',
  ])
    it(`takes no question of ${given}`, () => {
      expect(placed(`vppctl create tap id 0\n${given}`)).to.deep.equal(['1:8 create tap id 0']);
    });

  const COMMENTS: readonly { name: string; given: string; expected: string[] }[] = [
    { name: 'a comment in braces', given: 'comment { a remark }\nip table add 1', expected: ['2:1 ip table add 1'] },
    { name: 'a comment of one word', given: 'comment remark\nip table add 1', expected: ['2:1 ip table add 1'] },
    {
      name: 'a comment over lines, with braces in it',
      given: 'comment { a\n set { b }\n# interface: x\n }\nip table add 1',
      expected: ['5:1 ip table add 1'],
    },
    { name: 'a command behind a comment', given: 'comment {a} ip table add 1', expected: ['1:13 ip table add 1'] },
    { name: 'colours of a terminal', given: '\x1b[1mvpp# \x1b[0mip table add 1', expected: ['1:6 ip table add 1'] },
  ];
  for (const { name, given, expected } of COMMENTS) it(name, () => expect(placed(given)).to.deep.equal(expected));

  it('says where a comment begins that does not end', () => {
    expect(messageOf('ip table add 1\n comment { a\nip table add 2')).to.equal(
      'node.vpp:2:2: the "{" of this line is not closed',
    );
  });

  for (const command of [
    'show version', 'sh int addr', 'trace add virtio-input 50', 'clear trace', 'clear interfaces', 'set logging class nat level debug',
    'set interface rx-mode eth0 polling', 'set interface rx-placement eth0 worker 1', 'set interface tag eth0 uplink',
    'event-logger resize 100', 'set terminal pager off', 'pcap trace tx max 10', 'set acl-plugin event-trace 1', 'quit', 'history',
  ]) {
    it(`accepts ${command}, and notes it`, () => {
      expect(noted(command)).to.deep.equal([`1:1 ${command} (without effect)`]);
    });
  } // prettier-ignore

  it('says what is left out of a command that sends something', () => {
    expect(noted('ip probe-neighbor 10.0.0.1 eth0')[0]).to.include('the ARP request that it sends');
    expect(noted('lcp create eth0 host-if e0')[0]).to.include('linux-cp');
  });
});

describe('config: all that is wrong at once', () => {
  const ALL: readonly { name: string; given: string[]; expected: string[] }[] = [
    {
      name: 'words and what they mean, in the order of the script',
      given: ['set interface state tap0 up', 'frobnicate', 'set interface ip table tap0 7', 'create tap id 1', 'set interface ip table tap1 7'],
      expected: [
        '1:21: there is no interface "tap0"; no interface has been made yet; "create tap id 0" makes it',
        '2:1: unknown command "frobnicate"',
        '3:24: there is no interface "tap0" (see line 1)',
        '5:1: there is no table 7; make it first: ip table add 7',
      ],
    },
    {
      name: 'nothing about an interface that a refused line would have made',
      given: [
        '# interface: uplink mac zz', 'create tap id 0 hw-adr 02:00:00:00:00:01', 'craete loopback interface', 'create gre tunnel src 10.0.0.1 dst 10.0.0.2',
        'create sub-interfaces uplink 100 untagged', 'set interface state uplink up', 'set interface state tap0 up', 'set interface state loop0 up',
        'set interface state gre0 up', 'set interface state uplink.100 up', 'set interface nat44 in tap0 out uplink',
        'set interface state tap5 up',
      ],
      expected: [
        '1:25: expected a MAC address, found "zz"',
        '2:17: unexpected "hw-adr": did you mean "hw-addr"?',
        '3:1: unknown command "craete": did you mean "create"?',
        '4:1: VPP has the command "create gre tunnel", but it is not modelled',
        '5:1: "create sub-interfaces": VPP answers "vlan is already in use": frames without a tag are those of the port itself',
        '12:21: there is no interface "tap5"; the interfaces so far are uplink, tap0, loop0, gre0, uplink.100; "create tap id 5" makes it',
      ],
    },
    {
      name: 'nothing about ACLs, tables, bridge domains and pool addresses that a refused line would have made',
      given: [
        'create tap id 0', 'set acl-plugin acl permit src 10.0.0.0/33', 'set acl-plugin acl permit src 10.0.0.1/8', 'set acl-plugin acl permit',
        'set acl-plugin interface tap0 input acl 2', 'set acl-plugin interface tap0 input acl 3', 'ip table ad 7', 'ip route add 10.0.0.0/8 table 7 via tap0',
        'create bridge-domain 3 lern 0', 'l2fib add 02:00:00:00:00:01 3 tap0', 'nat44 add adress 1.2.3.4',
        'nat44 add static mapping tcp local 10.0.0.2 80 external 1.2.3.4 80',
      ],
      expected: [
        '2:31: expected an IP prefix, found "10.0.0.0/33"',
        '3:1: 10.0.0.1/8 has bits set behind its prefix length; the network is 10.0.0.0/8 (rule "permit src 10.0.0.1/8")',
        '6:1: there is no ACL 3; the ACLs so far are 0 to 2',
        '7:10: expected a table id (1-4294967295), "add", "name" or the end of the line, found "ad": did you mean "add"?',
        '9:24: unexpected "lern": did you mean "learn"?',
        '11:11: unknown command "nat44 add adress": did you mean "nat44 add address"?',
      ],
    },
    {
      name: 'one error for a line that makes many commands',
      given: ['ip route add 10.0.0.0/32 count 1000 via tap0', 'frobnicate'],
      expected: [
        '1:41: there is no interface "tap0"; no interface has been made yet; "create tap id 0" makes it',
        '2:1: unknown command "frobnicate"',
      ],
    },
  ]; // prettier-ignore
  for (const { name, given, expected } of ALL)
    it(name, () => {
      expect(messageOf(given.join('\n')).split('\n')).to.deep.equal(expected.map((line) => `node.vpp:${line}`));
    });

  it('of very many errors the first ones, repetitions last, and how many more there are', () => {
    const lines = [...Array.from({ length: 100 }, () => 'set interface state eth0 up'), 'frobnicate'];
    const told = messageOf(lines.join('\n')).split('\n');
    expect(told).to.have.length(41);
    expect(told[0]).to.match(/^node\.vpp:1:21: there is no interface "eth0"; .* by a line "# interface: eth0"$/);
    expect(told[1]).to.equal('node.vpp:2:21: there is no interface "eth0" (see line 1)');
    expect(told[39]).to.equal('node.vpp:101:1: unknown command "frobnicate"');
    expect(told[40]).to.equal('node.vpp:40:21: and 61 more errors');
  });
});

describeField('config: scripts from the field', () => {
  const errorsIn = (folder: string, name: string): string[] => {
    const path = fieldFile(folder, name);
    try {
      applyScript(parseScriptFile(path));
    } catch (error) {
      if (error instanceof ConfigError) return error.message.replaceAll(`${path}:`, '').split('\n');
      throw error;
    }
    return [];
  };

  const DECLARE = 'a device that DPDK finds is declared before, by a line "# interface:';
  const FILES: readonly { folder: string; name: string; expected: string[] }[] = [
    {
      folder: 'config-errors-one-by-one',
      name: 'node.vpp',
      expected: [
        `2:15: there is no interface "vppeth3"; the interfaces so far are eth0; ${DECLARE} vppeth3"`,
        `3:15: there is no interface "vppeth4"; the interfaces so far are eth0; ${DECLARE} vppeth4"`,
        '4:20: there is no interface "vppeth3" (see line 2)',
        '5:1: there is no ACL 7; no ACL has been made yet',
      ],
    },
    { folder: 'config-pasted', name: 'prompt.vpp', expected: [] },
    { folder: 'config-pasted', name: 'vppctl.vpp', expected: [] },
    {
      folder: 'config-pasted',
      name: 'misc.vpp',
      expected: [
        '15:30: not modelled: routes that look up in another table',
        '17:7: unknown command "nat44 set": after "nat44" comes forwarding, add, del or deterministic',
        '26:5: unknown command "ip6 route": after "ip6" comes table, nd or punt',
      ],
    },
  ];
  for (const { folder, name, expected } of FILES)
    it(`${folder}/${name}`, () => {
      expect(errorsIn(folder, name)).to.deep.equal(expected);
    });
});
