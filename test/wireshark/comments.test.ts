/** What the profile's script makes of comments, as tshark has it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { replay } from '../../src/replay/replay.js';
import { findCases } from '../../src/regression/case/find-cases.js';
import { loadCase } from '../../src/regression/case/case.js';
import { scriptOf } from '../../src/regression/replay-case.js';
import { ROOT, runVppcap } from '../cli/run-vppcap.js';
import { hasTshark, tsharkFields } from '../tshark.js';

const SCRIPT = ['-X', `lua_script:${join(ROOT, 'wireshark', 'vppcap.lua')}`];
const fieldsOf = (file: string, fields: readonly string[], filter = ''): string[][] =>
  tsharkFields(file, fields, filter, SCRIPT);

const VLAN_NODE = `create packet-generator interface pg0
set interface mac address pg0 02:fe:00:00:00:01
create sub-interfaces pg0 100
set interface state pg0 up
set interface state pg0.100 up
set interface ip address pg0.100 2001:db8:1::1/64
set acl-plugin acl deny src 2001:db8:1::/64 dst ::/0
set acl-plugin interface pg0.100 input acl 0
# name: 2001:db8:1::3 pod
`;
/** A pcap of one frame: MAC addresses, tag of VLAN 100, IPv6 with UDP 5000 > 53. */
const VLAN_CAPTURE = Buffer.from(
  [
    'd4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000',
    '01000000 00000000 42000000 42000000',
    '02fe00000001 020000000103 8100 0064 86dd',
    '60000000 0008 11 40 20010db8000100000000000000000003 20010db8000200000000000000000009',
    '1388 0035 0008 0000',
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);

describe('the profile for Wireshark', function () {
  this.timeout(60_000);
  let folder = '';
  const at = (name: string): string => join(folder, name);
  before(() => (folder = mkdtempSync(join(tmpdir(), 'vppcap-wireshark-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('is written whole, and its columns and colours use fields that its script has', () => {
    expect(runVppcap(['wireshark', '-o', at('profile')]).code).to.equal(0);
    const names = readdirSync(at('profile')).sort();
    expect(names).to.deep.equal(['colorfilters', 'dfilter_buttons', 'preferences', 'recent', 'vppcap.lua']);
    const script = readFileSync(at('profile/vppcap.lua'), 'utf8');
    for (const name of names.filter((one) => one !== 'vppcap.lua'))
      for (const [, field] of readFileSync(at(`profile/${name}`), 'utf8').matchAll(/vppcap\.([a-z.]+[a-z])/g))
        expect(script).to.include(`{ '${field}',`);
  });

  it('is installed where Wireshark looks for it', () => {
    const env = { HOME: folder, XDG_CONFIG_HOME: '', WIRESHARK_CONFIG_DIR: '' };
    expect(runVppcap(['wireshark', '--install'], folder, env).code).to.equal(0);
    expect(readdirSync(at('.config/wireshark/profiles/vppcap'))).to.include('preferences');
    expect(readdirSync(at('.local/lib/wireshark/plugins'))).to.deep.equal(['vppcap.lua']);
  });

  it('needs to be told where to', () => {
    expect(runVppcap(['wireshark']).code).to.equal(2);
  });

  it('says which folder cannot be written', () => {
    const { code, stderr } = runVppcap(['wireshark', '-o', '/dev/null/profile']);
    expect(code).to.equal(4);
    expect(stderr).to.match(/^vppcap: \/dev\/null\/profile/);
  });

  it('understands every comment that the cases of the project give', async function () {
    if (!hasTshark) this.skip();
    const outputs: string[] = [];
    for (const [i, { folder: path }] of findCases([join(ROOT, 'expectations')]).entries()) {
      const own = loadCase(path, [ROOT]);
      const [output, drops] = [at(`${String(i)}.pcapng`), at(`${String(i)}-drops.pcapng`)];
      const captures = own.captures.map(({ file, interfaceName }) => ({ path: file, interfaceName }));
      const wishes = { output, drops, verdicts: null, both: true, commentPaths: true };
      await replay({ captures, script: scriptOf(own), ...wishes });
      outputs.push(output, drops);
    }
    const all = at('all.pcapng');
    expect(spawnSync('mergecap', ['-a', '-w', all, ...outputs]).status).to.equal(0);
    const known = fieldsOf(all, ['vppcap.fate', 'vppcap.unknown']);
    expect(known.filter(([fate]) => fate === '')).to.deep.equal([]);
    expect(known.filter(([, unknown]) => unknown !== '')).to.deep.equal([]);
    expect(known.length).to.be.above(5000);
  });

  it('makes fields of them', function () {
    if (!hasTshark) this.skip();
    const script = readFileSync(join(ROOT, 'configs/contiv-node.vpp'), 'utf8');
    const names = '# name: 10.1.1.3 client\n# name: 2001:DB8::1 six\n';
    writeFileSync(at('node.vpp'), `${script}${names}`);
    const input = join(ROOT, 'captures/tftp-answer-lost.pcap');
    expect(runVppcap(['replay', input, '-c', 'node.vpp', '-o', 'x.pcapng', '--both', '-q'], folder).code).to.equal(0);
    const nat = ['vppcap.nat.session', 'vppcap.nat.side', 'vppcap.nat.from', 'vppcap.nat.to', 'vppcap.tx'];
    expect(fieldsOf(at('x.pcapng'), ['vppcap.rx.frame', ...nat], 'vppcap.acl.rule == 14')).to.deep.equal([
      ['1', '0', 'src', '10.1.1.3:40001', '192.168.16.1:16253', 'GigabitEthernet0/8/0'],
      ['3', '1', 'src', '10.1.1.3:50123', '192.168.16.1:18995', 'GigabitEthernet0/8/0'],
      ['7', '1', 'src', '10.1.1.3:50123', '192.168.16.1:18995', 'GigabitEthernet0/8/0'],
    ]);
    const lost = ['vppcap.rx.frame', 'vppcap.way', 'vppcap.rule', 'vppcap.session', 'vppcap.drop.error'];
    expect(fieldsOf(at('x.pcapng'), lost, 'vppcap.drop.cause && vppcap.nat.session == 1').at(0)).to.deep.equal([
      '4',
      'GigabitEthernet0/8/0 > dropped',
      'acl 3 rule 0, acl 4 rule 4',
      'acl 3 new, nat 1',
      'acl-plugin-out-ip4-fa: ACL deny packets',
    ]);
    expect(fieldsOf(at('x.pcapng'), ['vppcap.acl.tag'], 'vppcap.config.line == "node.vpp:140"')).to.have.length(4);
    expect(fieldsOf(at('x.pcapng'), ['vppcap.unknown'], 'vppcap.unknown')).to.deep.equal([]);
  });

  for (const release of ['19.08', '26.06'])
    it(`knows IPv6 in a VLAN, ${release}`, function () {
      if (!hasTshark) this.skip();
      writeFileSync(at('vlan.pcap'), VLAN_CAPTURE);
      writeFileSync(at('vlan.vpp'), VLAN_NODE);
      const given = ['pg0=vlan.pcap', '-c', 'vlan.vpp', '--release', release];
      expect(runVppcap(['replay', ...given, '-o', 'vlan.pcapng', '--both', '-q'], folder).code).to.equal(0);
      const fields = ['vppcap.way', 'vppcap.rule', 'vppcap.acl.action', 'vppcap.config.line', 'vppcap.unknown'];
      expect(fieldsOf(at('vlan.pcapng'), fields)).to.deep.equal([
        ['pg0.100 > dropped', 'acl 0 rule 0', 'deny', 'vlan.vpp:7', ''],
      ]);
      expect(runVppcap(['explain', ...given, '--flow', '2001:db8:1::3'], folder).stdout).to.include(
        'Frame 1 arrived on pg0: UDP [2001:db8:1::3]:5000 (pod) > [2001:db8:2::9]:53, VLAN 100, 66 bytes.',
      );
    });

  it('has the differences of an audit', function () {
    if (!hasTshark) this.skip();
    const script = readFileSync(join(ROOT, 'configs/contiv-node.vpp'), 'utf8');
    writeFileSync(at('other.vpp'), script.replace('add address 192.168.16.1\n', 'add address 192.168.16.9\n'));
    runVppcap(['replay', join(ROOT, 'captures/pod-to-internet.pcap'), '--both', '-q', '-o', 'both.pcapng'], folder);
    runVppcap(['audit', 'both.pcapng', '-c', 'other.vpp', '-o', 'differences.pcapng'], folder);
    const fields = [
      'vppcap.audit.kind',
      'vppcap.audit.side',
      'vppcap.rx.frame',
      'vppcap.audit.frame',
      'vppcap.unknown',
    ];
    expect(fieldsOf(at('differences.pcapng'), fields).slice(0, 2)).to.deep.equal([
      ['changed', 'expected', '1', '', ''],
      ['changed', 'sent', '1', 'frame 2', ''],
    ]);
    expect(fieldsOf(at('differences.pcapng'), fields, 'vppcap.unknown || !vppcap.audit.kind')).to.deep.equal([]);
  });

  it('shows names that the script gives', function () {
    if (!hasTshark) this.skip();
    const { stdout } = spawnSync('tshark', ['-N', 'n', '-r', at('x.pcapng')], { encoding: 'utf8' });
    expect(stdout.split('\n')[0]).to.match(/ client → 8\.8\.8\.8 /);
    const { stdout: told } = spawnSync('capinfos', [at('x.pcapng')], { encoding: 'utf8' });
    expect(told).to.match(/resolved IPv6 addresses in file: 1/);
  });
});
