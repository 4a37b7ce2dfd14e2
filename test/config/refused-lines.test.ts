/** What VPP refuses is kept out of a script that is taken leniently; and sections of startup.conf, which a script may have beside its commands. By hand. */

import { expect } from 'chai';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import type { NodeScript } from '../../src/config/node-script.js';
import type { Tables } from '../../src/pipeline/engine/tables.js';

const read = (lines: readonly string[], isLenient = true, release?: string): NodeScript =>
  parseScript(lines.join('\n'), 'node.vpp', { isLenient, release });
const notesOf = ({ notes }: NodeScript): string[] =>
  notes.map(({ at, text, kind, remark }) => `${at.line} ${text} (${kind}${remark && ': '}${remark})`);
const namesOf = ({ interfaces }: Tables): string[] => interfaces.all.slice(1).map(({ name }) => name);

describe('config: lines that VPP refuses', () => {
  it('are kept out, whether they cannot be read or cannot be done', () => {
    const tables = applyScript(
      read([
        'create tap id 0',
        'create tap id 0',
        'frobnicate',
        'set interface state all up',
        'ip route add 10.0.0.0/8 table 7 via tap0',
        'create bridge-domian 3',
        'set interface state tap0 up',
        'set interface state tap1 up',
      ]),
    );
    expect(tables.notModelled?.refused.map(({ at, why }) => `${at.line}: ${why}`)).to.deep.equal([
      '3: unknown command "frobnicate"',
      '4: expected an interface name, found "all": VPP takes one interface at a time',
      '6: unknown command "create bridge-domian": did you mean "create bridge-domain"?',
      '2: there already is an interface "tap0", made at node.vpp:1',
      '5: there is no table 7; make it first: ip table add 7',
      '8: there is no interface "tap1"; the interfaces so far are tap0; "create tap id 1" makes it',
    ]);
    expect(tables.interfaces.byName('tap0')?.isUp).to.equal(true);
    expect(namesOf(tables)).to.deep.equal(['tap0']);
  });

  it('are errors of what is only ours: comments that are read', () => {
    expect(() => read(['# interface: 7'])).to.throw('expected an interface name');
    expect(() => read(['comment { never closed'])).to.throw('not closed');
  });
});

describe('config: sections of startup.conf', () => {
  const STARTUP = [
    'unix {',
    '  nodaemon # braces } in comments',
    '  startup-config /etc/vpp/node.vpp',
    '}',
    'heapsize 3G',
    'dpdk {',
    '  dev default { num-rx-queues 2 }',
    '  dev 0000:00:09.0 { name lan }',
    '  dev 0000:00:08.0 {',
    '    name wan',
    '  }',
    '}',
    'acl-plugin { use tuple merge 0 main heap size 64M }',
    'nat { endpoint-dependent',
    '  translation hash buckets 1024 } set interface state wan up',
  ];

  it('name devices and say how NAT44 works; of the others it is said what they are', () => {
    const script = read(STARTUP, false);
    const tables = applyScript(script);
    expect(namesOf(tables)).to.deep.equal(['wan', 'lan']);
    expect(tables.interfaces.byName('wan')?.isUp).to.equal(true);
    expect(tables.nat44.startup).to.include({ endpointDependent: true, translationHashBuckets: 1024 });
    expect(notesOf(script)).to.deep.equal([
      '1 unix { … } (startup.conf: the script that it names is not read: "exec FILE" reads it)',
      '5 heapsize 3G (startup.conf)',
      '6 dpdk { … } (startup.conf: devices: wan, lan)',
    ]);
  });

  it('that a release has no use for are said, too', () => {
    expect(notesOf(read(['nat { endpoint-dependent }'], false, '26.06'))).to.deep.equal(['1 nat { … } (startup.conf)']);
  });
});

describe('config: what NAT44 of 26.06 is told before it is enabled', () => {
  it('passes, and enabling sets it back', () => {
    const lines = ['nat44 forwarding enable', 'set nat timeout udp 20', 'nat44 plugin enable'];
    expect(applyScript(read(lines, false, '26.06')).nat44).to.deep.include({ forwardingEnabled: false });
    const later = [...lines, 'nat44 forwarding enable', 'nat44 ei forwarding disable', 'set nat timeout udp 20'];
    const { forwardingEnabled, timeouts } = applyScript(read(later, false, '26.06')).nat44;
    expect({ forwardingEnabled, udp: timeouts.udp }).to.deep.equal({ forwardingEnabled: true, udp: 20 });
  });
});
