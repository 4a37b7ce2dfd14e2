/**
 * Comments, directions and interfaces of pcapng outputs, as tshark reads them. The expected words come from the scripts, the
 * guide's traces (ports, sessions) and the recordings' rules, by hand.
 */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { builtInScript } from '../../src/config/locate.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { replay } from '../../src/replay/replay.js';
import { readAll } from '../capture/read-all.js';
import { ROOT } from '../cli/run-vppcap.js';
import { CORPUS } from '../oracle/floor.js';
import { BARS, capinfos, hasTshark, tsharkFields } from '../tshark.js';

const INTERNET = { capture: 'captures/pod-to-internet.pcap', script: builtInScript() };
const DENY = {
  capture: join('expectations', 'acl-deny-to-pod', 'in.pcapng'),
  script: join(ROOT, 'expectations', 'acl-deny-to-pod', 'node.vpp'),
};
const TTL = {
  capture: join('expectations', 'ttl-expiry', 'in.pcapng'),
  script: join(ROOT, 'expectations', 'ttl-expiry', 'node.vpp'),
};
const INBOUND = '0x00000001';
const OUTBOUND = '0x00000002';
const COLUMNS = ['frame.interface_name', 'frame.packet_flags_direction', 'frame.comment'];

describe('pcapng outputs', () => {
  let folder = '';
  const inFolder = (name: string): string => join(folder, name);
  before(function () {
    this.timeout(60_000);
    if (!hasTshark) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'vppcap-comment-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  const commented = (name: string, filter = '', more: readonly string[] = []): string[][] =>
    tsharkFields(inFolder(name), [...COLUMNS, ...more], filter, BARS);
  const run = (
    given: { capture: string; script: string },
    output: string,
    wishes: { both?: boolean; commentPaths?: boolean } = {},
  ): Promise<unknown> =>
    replay({
      captures: [{ path: join(ROOT, given.capture), interfaceName: null }],
      script: parseScriptFile(given.script),
      output: inFolder(output),
      drops: inFolder(`drops-of-${output}`),
      verdicts: null,
      ...wishes,
      application: 'vppcap 0.0.0',
    });

  it('tell the way of a request and of its answer', async () => {
    await run(INTERNET, 'internet.pcapng', { commentPaths: true });
    const rows = commented('internet.pcapng');
    expect(rows).to.have.length(6);
    expect(rows[4]).to.deep.equal([
      'GigabitEthernet0/8/0',
      OUTBOUND,
      [
        'rx frame 5 on tap2',
        'ip4-input > acl-in > nat44-out2in > ip4-lookup > ip4-rewrite > acl-out > nat44-in2out-output > ' +
          'nat44-in2out-output-slowpath > GigabitEthernet0/8/0-output',
        'acl-in tap2: acl 3 rule 0 "reflective" permit+reflect at contiv-node.vpp:138, makes acl session 4',
        'acl-out GigabitEthernet0/8/0: acl 2 rule 14 "global" permit at contiv-node.vpp:136',
        'nat44 session 4 new: src 10.1.1.3:41084 > 192.168.16.1:25801',
      ].join('|'),
    ]);
    expect(rows[5]).to.deep.equal([
      'tap2',
      OUTBOUND,
      [
        'rx frame 6 on GigabitEthernet0/8/0',
        'ip4-input > acl-in > nat44-out2in > ip4-lookup > ip4-rewrite > acl-out > tap2-output',
        'acl-in GigabitEthernet0/8/0: acl 3 rule 0 "reflective" permit+reflect at contiv-node.vpp:138, makes acl session 5',
        'nat44 session 4: dst 192.168.16.1:25801 > 10.1.1.3:41084',
        'acl-out tap2: acl session 4, which acl 3 rule 0 "reflective" at contiv-node.vpp:138 made for rx frame 5',
      ].join('|'),
    ]);
  });

  it('leave the nodes out unless they are asked for', async () => {
    await run(INTERNET, 'short.pcapng');
    expect(commented('short.pcapng')[4][2].split('|')).to.deep.equal([
      'rx frame 5 on tap2',
      'acl-in tap2: acl 3 rule 0 "reflective" permit+reflect at contiv-node.vpp:138, makes acl session 4',
      'acl-out GigabitEthernet0/8/0: acl 2 rule 14 "global" permit at contiv-node.vpp:136',
      'nat44 session 4 new: src 10.1.1.3:41084 > 192.168.16.1:25801',
    ]);
  });

  // The writer is chosen whatever the case of the extension, so the comments have to be there as well.
  for (const name of ['rule.pcapng', 'RULE.PCAPNG'])
    it(`find the packets of a rule in ${name}`, async () => {
      await run(INTERNET, name);
      const rows = tsharkFields(inFolder(name), ['ip.dst'], 'frame.comment contains "rule 14"');
      expect(rows.flat()).to.deep.equal(['8.8.8.8', '93.184.216.34', '192.0.2.123', '198.51.100.7', '31.134.97.51']);
    });

  it('have drops on an interface of their own, with the reason', async () => {
    await run(DENY, 'deny.pcapng', { commentPaths: true });
    const [drop, ...more] = commented('drops-of-deny.pcapng');
    expect(more).to.deep.equal([]);
    expect(drop.slice(0, 2)).to.deep.equal(['drops', INBOUND]);
    const [source, cause, ...rest] = drop[2].split('|');
    expect(source).to.equal('rx frame 1 on GigabitEthernet0/8/0');
    expect(cause).to.match(/^dropped: denied on output of tap1 by ACL 0 "to-pod" rule 1 \(deny .*node\.vpp:13$/);
    expect(rest).to.deep.equal([
      "VPP's trace: acl-plugin-out-ip4-fa: ACL deny packets",
      'ip4-input > ip4-lookup > ip4-rewrite > acl-out > error-drop > drop',
      'acl-out tap1: acl 0 rule 1 "to-pod" deny at node.vpp:13',
    ]);
  });

  it('have each frame once as it was received, before what it made leave, where both are wanted', async () => {
    await run(DENY, 'both.pcapng', { both: true });
    const rows = commented('both.pcapng', '', ['tcp.dstport', 'ip.ttl']);
    expect(rows.map(([name, direction, comment, ...fields]) => [name, direction, comment.slice(0, 10), ...fields]))
      .to //
      .deep.equal([
        ['GigabitEthernet0/8/0', INBOUND, 'rx frame 1', '22', '64'],
        ['GigabitEthernet0/8/0', INBOUND, 'rx frame 2', '8080', '64'],
        ['tap1', OUTBOUND, 'rx frame 2', '8080', '63'],
      ]);
    const [source, state, end, ...rest] = rows[0][2].split('|');
    expect([source, state]).to.deep.equal(['rx frame 1 on GigabitEthernet0/8/0', 'as received']);
    expect(end).to.match(/^dropped: denied on output of tap1 by ACL 0 "to-pod" rule 1 /);
    expect(rest).to.include("VPP's trace: acl-plugin-out-ip4-fa: ACL deny packets");
    expect(rows[1][2]).to.equal('rx frame 2 on GigabitEthernet0/8/0|as received');
  });

  it('say why VPP made a packet of its own', async () => {
    await run(TTL, 'ttl.pcapng');
    const made = commented('ttl.pcapng', 'icmp.type == 11');
    expect(made).to.have.length(1);
    expect(made[0][2]).to.match(/^made by VPP for rx frame \d on \S+\|because the TTL expired in transit to [\d.]+/);
  });

  it('name the program and the configuration, and describe the interfaces', async () => {
    await run(DENY, 'section.pcapng');
    const info = capinfos(inFolder('section.pcapng'));
    expect(info).to.match(/Capture application: vppcap 0\.0\.0\n/);
    expect(info).to.match(/Capture comment: +a VPP 19\.08 node configured by node\.vpp\n/);
    expect(info).to.match(
      /Name = tap1\n +Description = VPP tap, sw_if_index 2, up, MAC 02:fe:00:00:00:01, 10\.1\.1\.1\/24\n/,
    );
  });

  for (const name of ['G-frag4', 'H-vxlan0', 'I-mix0', 'I-mix1'])
    it(`have the frames of ${name} as they are without comments, where the flow cache forwards`, async function () {
      const folderOf = join(CORPUS, name);
      if (!existsSync(folderOf)) this.skip();
      const captures = [{ path: join(folderOf, 'in.pcapng'), interfaceName: null }];
      const script = parseScriptFile(join(folderOf, 'config.vpp'));
      const [plain, told] = [inFolder('plain.pcap'), inFolder('told.pcapng')];
      for (const output of [plain, told]) await replay({ captures, script, output, drops: null, verdicts: null });
      const frames = async (path: string): Promise<string[]> => (await readAll(path)).rows.map(({ hex }) => hex);
      expect(await frames(told)).to.deep.equal(await frames(plain));
    });

  it('tell fragments that waited from the one that set them free', async function () {
    if (!existsSync(join(CORPUS, 'G-frag4'))) this.skip();
    const captures = [{ path: join(CORPUS, 'G-frag4', 'in.pcapng'), interfaceName: null }];
    const script = parseScriptFile(join(CORPUS, 'G-frag4', 'config.vpp'));
    await replay({ captures, script, output: inFolder('fragments.pcapng'), drops: null, verdicts: null });
    const rows = tsharkFields(
      inFolder('fragments.pcapng'),
      ['ip.frag_offset', 'frame.comment'],
      'ip.id == 0x0574',
      BARS,
    );
    expect(rows.map(([offset, comment]) => `${offset} ${comment.split('|')[0]}`)).to.deep.equal([
      '0 rx frame 7 on pg0',
      ...['18', '14', '23', '29'].map((offset) => `${offset} fragment that waited for rx frame 7 on pg0`),
    ]);
  });
});
