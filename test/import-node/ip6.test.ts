/**
 * IPv6 of nodes from show commands: recorded nodes of families J and K, whose scripts made of text give what VPP sent, and text by hand in
 * the form of VPP 19.08 src/vnet/interface_cli.c, ip6_neighbor.c and 26.06 ip6_link.c, ip6_ra.c.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { importNode, type ImportedNode } from '../../src/import-node/import-node.js';
import { RELEASES } from '../../src/releases/releases.js';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { isExact, runOracleCase } from '../../tools/oracle/oracle-run.js';
import { CORPORA } from '../oracle/floor.js';

const imported = (text: string, release?: string): ImportedNode =>
  importNode(
    [{ file: 'show.txt', text, asks: null }],
    RELEASES.find(({ name }) => name === release),
  );

const commandsOf = ({ script }: ImportedNode): string[] =>
  script.split('\n').filter((line) => line !== '' && !line.startsWith('# '));

/** Of what no answer of these recordings has: IPv4 but its neighbours. */
const IP4 = /^(?:ip table add|set interface ip table|set interface ip address \S+ \d+\.|ip route add \d+\.)/;
const ACLS = /^set acl-plugin (?:acl|interface) /;

/** `show ip6 interface` was asked of pg0 alone; what J-ip6-4 has of pg1 and pg2, in the words of pg0's answer. */
function asOthers(text: string, config: string): string {
  const [, answer] = /### show ip6 interface pg0\n([\s\S]*)$/.exec(text) ?? [];
  if (answer === '') throw new Error('no answer');
  const lifetime = /ip6 nd pg1 ra-lifetime (\d+)/.exec(config)?.[1] ?? '600';
  const of = (index: number): string =>
    answer
      .replaceAll('pg0', `pg${String(index)}`)
      .replaceAll(/2001:db8:1::\S*/g, new RegExp(`(?<=pg${String(index)} )2001:\\S*/\\d+`).exec(config)?.[0] ?? '')
      .replaceAll('ff:fe00:1', `ff:fe00:${String(index + 1)}`);
  const pg1 = of(1).replace('live for 600', `live for ${lifetime}`).replace("Hosts  don't use", 'Hosts use');
  return `${text}${pg1}${of(2).replace(/advertisements sent \d+/, 'advertisements sent 0')}`;
}

describe('IPv6 of nodes from show commands', () => {
  const nodes = corporaIn(join(CORPORA, 'ip6-vlan')).flatMap(({ release, folder }) =>
    casesOf({ release, folder }).flatMap((name) => (/^[JK]/.test(name) ? [{ release, folder, name }] : [])),
  );
  if (nodes.length === 0) it.skip('the recordings are not there (VPPCAP_ORACLE)');
  for (const { release, folder, name } of nodes)
    it(`${release} ${name}`, async () => {
      const recorded = await loadOracleCase(folder, name);
      const config = readFileSync(recorded.configPath, 'utf8');
      const text = readFileSync(join(folder, name, 'sessions.txt'), 'utf8');
      const rest = (form: RegExp, is: boolean): string[] => config.split('\n').filter((line) => form.test(line) === is);
      // The recordings of ACLs have no answer that tells of interfaces.
      const names = config.match(/(?<=^create packet-generator interface )\S+/gm) ?? [];
      const rows = names.map((one, i) => `${one}    ${String(i + 1)}      up          9000/0/0/0     \n`).join('');
      const script = name.startsWith('K')
        ? [
            ...rest(ACLS, false),
            ...commandsOf(imported(`### show interface\n${rows}${text}`, release)).filter((line) => ACLS.test(line)),
          ]
        : [imported(name === 'J-ip6-4' ? asOthers(text, config) : text, release).script, ...rest(IP4, true)];
      const frames = runOracleCase(recorded, `# release: ${release}\n${script.join('\n')}\n`);
      expect(frames.flatMap((frame, i) => (isExact(frame) ? [] : [i]))).to.deep.equal([]);
    });

  const INTERFACES = [
    '### show interface',
    '              Name               Idx    State  MTU (L3/IP4/IP6/MPLS)     Counter          Count     ',
    'local0                            0     down          0/0/0/0       ',
    'pg0                               1      up          9000/0/1400/0',
    'pg1                               2      up          9000/0/0/0',
    'pg1.5067                          3      up          9000/0/0/0',
    'pg1.70                            4      up          9000/0/0/0',
    '### show interface addr',
    'local0 (dn):',
    'pg0 (up):',
    '  L3 10.1.1.1/24',
    '  L3 2001:db8:1::1/64',
    'pg1 (up):',
    '  L3 10.1.2.1/24 ip4 table-id 7 fib-idx 1',
    '  L3 2001:db8:2::1/64 ip6 table-id 8 fib-idx 1',
    'pg1.5067 (up):',
    'pg1.70 (up):',
  ].join('\n');

  it('tables of both families, with indices of their own', () => {
    const node = imported(
      `${INTERFACES}\n### show ip6 fib\nipv6-VRF:8, fib_index:1, flow hash:[src dst sport dport proto ] locks:[]\n`,
    );
    expect(commandsOf(node)).to.include.members([
      'ip table add 7',
      'ip6 table add 8',
      'set interface ip table pg1 7',
      'set interface ip6 table pg1 8',
      'set interface ip address pg1 2001:db8:2::1/64',
      'set interface mtu ip6 1400 pg0',
    ]);
  });

  it('sub-interfaces whose tags nothing tells: a VLAN by their number, or a stand-in', () => {
    const { script, findings } = imported(INTERFACES);
    expect(script).to.include('\n# interface: pg1.5067\ncreate sub-interfaces pg1 70\n');
    expect(findings.assumed).to.include(
      'no route tells the tags of pg1.5067: a device that receives nothing stands in for it',
    );
  });

  it('the flow hash where it is not that of the release', () => {
    const fib = (fields: string): string =>
      `${INTERFACES}\n### show ip6 fib\nipv6-VRF:0, fib_index:0, flow hash:[${fields} ] epoch:0 flags:none locks:[]\n`;
    const flowHash = (fields: string, release: string): string[] =>
      commandsOf(imported(fib(fields), release)).filter((line) => line.includes('flow-hash'));
    expect(flowHash('src dst sport dport proto flowlabel', '26.06')).to.deep.equal([]);
    expect(flowHash('src dst sport dport proto', '19.08')).to.deep.equal([]);
    expect(flowHash('src dst sport dport proto', '26.06')).to.deep.equal([
      'set ip6 flow-hash table 0 src dst sport dport proto',
    ]);
  });

  it('link-local addresses and what routers advertise', () => {
    // fe80::fe:ff:fe00:1 is that of 02:fe:00:00:00:01 (RFC 4291 appendix A); fe80::99 is of no MAC.
    const router = (name: string, linkLocal: string): string =>
      [
        `### show ip6 interface ${name}`,
        `${name} is admin up`,
        '  Link-local address(es):',
        `    ${linkLocal}`,
        '  Advertised Prefixes:',
        '    prefix 2001:db8:77::, length 64',
        '    ND router advertisements are sent every 30.0 seconds (min interval is 10.0)',
        '    ND router advertisements live for 90 seconds',
        '    Hosts use stateless autoconfig for addresses',
        '    ND router advertisements sent 12',
        '',
      ].join('\n');
    const node = imported(`${INTERFACES}\n${router('pg0', 'fe80::fe:ff:fe00:1')}${router('pg1.70', 'fe80::99')}`);
    expect(commandsOf(node)).to.include.members([
      'set interface mac address pg0 02:fe:00:00:00:01',
      'enable ip6 interface pg1.70',
      'set ip6 link-local address pg1.70 fe80::99',
      'ip6 nd pg0 prefix 2001:db8:77::/64 default',
      'ip6 nd pg0 ra-interval 30 10 ra-lifetime 90',
      'ip6 nd pg0 ra-managed-config-flag',
      'ip6 nd pg0 no ra-suppress',
    ]);
    expect(commandsOf(node)).not.to.include('enable ip6 interface pg0');
    expect([...node.findings.missing.keys()]).to.include('show ip6 interface pg1');
  });
});
