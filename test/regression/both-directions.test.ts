/** Cases of captures that hold frames which are no input: what the node sent itself, and what no interface receives. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { openBatches } from '../../src/capture/input/open-batches.js';
import { newCase } from '../../src/regression/draft/new-case.js';
import type { CaseResult } from '../../src/regression/result.js';
import { testCase } from '../../src/regression/test-case.js';
import { ANSWER, FORMS, FRAMES, NODE, pcapOf } from '../both-directions.js';
import { readAll } from '../capture/read-all.js';
import { messageOf, TemporaryDirectory } from '../capture/read-all.js';
import { runVppcap } from '../cli/run-vppcap.js';
import { describeField, fieldFile } from '../field-files.js';

const SENT = 'sent by the node itself (source MAC is that of eth0)';
const OTHER = 'destination MAC 02:aa:00:00:00:09 is that of no interface';

describe('cases of captures of both directions', () => {
  let folder = '';
  const at = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-both-directions-'));
    writeFileSync(at('node.vpp'), NODE);
    writeFileSync(at('pod.pcap'), pcapOf(FRAMES.map(({ bytes }) => bytes)));
    writeFileSync(at('uplink.pcap'), pcapOf([FRAMES[0].bytes, ANSWER], 2));
  });
  after(() => rmSync(folder, { recursive: true }));

  const draft = (name: string, captures: readonly string[], expectsSent = false) =>
    newCase({
      folder: at(name),
      title: name,
      captures: captures.map((file) => ({ path: at(file), interfaceName: null })),
      configFile: at('node.vpp'),
      expectsSent,
    });
  const test = async (name: string): Promise<CaseResult> =>
    (await testCase({ name, folder: at(name) }, { allowed: [], needsDetail: true })).result;
  const messages = ({ differences }: CaseResult): string[] => differences.map(({ message }) => message);

  for (const [i, { name, file, bytes }] of FORMS.entries())
    it(`a draft of ${name} has the received frames, in the same form`, async () => {
      writeFileSync(at(file), bytes);
      const { replay } = await draft(`form-${i}`, [file]);
      expect(replay.leftOut.map(({ number }) => number)).to.deep.equal([1, 3]);
      const [before, after] = [await readAll(at(file)), await readAll(join(at(`form-${i}`), file))];
      expect(after.rows.map(({ hex, originalLength }) => ({ hex, originalLength }))).to.deep.equal(
        [1, 3, 4].map((frame) => before.rows[frame]).map(({ hex, originalLength }) => ({ hex, originalLength })),
      );
      expect(after.interfaces).to.deep.equal(before.interfaces);
      const { expect: drafted } = parse(readFileSync(join(at(`form-${i}`), 'case.yaml'), 'utf8')) as {
        expect: { paths: { frames: unknown }[] };
      };
      expect(drafted.paths.map(({ frames }) => frames)).to.deep.equal(['1, 3', 2]);
      expect((await test(`form-${i}`)).status).to.equal('passed');
    });

  it('expect what the node sent, on the interfaces of which the captures tell it', async () => {
    const { sentBy } = await draft('sent', ['pod.pcap', 'uplink.pcap'], true);
    expect(sentBy).to.deep.equal(['eth0']);
    const expected = await readAll(join(at('sent'), 'expected-eth0.pcapng'));
    expect(expected.rows.map(({ hex }) => hex)).to.deep.equal([FRAMES[2].bytes.toString('hex')]);
    const result = await test('sent');
    expect(messages(result)).to.deep.equal([]);
    expect(result.origin).to.equal('recording');
  });

  it('fail where the node sent something else', async () => {
    const changed = Buffer.from(FRAMES[2].bytes);
    changed[changed.length - 1] ^= 1;
    writeFileSync(at('changed.pcap'), pcapOf(FRAMES.map(({ bytes }, i) => (i === 2 ? changed : bytes))));
    await draft('changed', ['changed.pcap', 'uplink.pcap'], true);
    expect(messages(await test('changed'))[0]).to.match(/^frame \d+ on eth0.*(?:payload|data)/);
  });

  /** The draft's expectation with captures as they were recorded, and paths by the numbers of those. */
  const asRecorded = (name: string, more = ''): void => {
    cpSync(at('form-0'), at(name), { recursive: true });
    writeFileSync(join(at(name), 'in.pcap'), pcapOf(FRAMES.map(({ bytes }) => bytes)));
    const text = readFileSync(join(at(name), 'case.yaml'), 'utf8');
    const numbered = text.replace('frames: 1, 3', 'frames: 2, 5').replace('frames: 2\n', 'frames: 4\n');
    writeFileSync(join(at(name), 'case.yaml'), numbered.replace('  drops:', `${more}  drops:`));
  };

  for (const { name, more, differences, notes } of [
    {
      name: 'nothing allowed',
      more: '',
      differences: [`frame 1 was not replayed: ${OTHER}; expect.notReplayed allows it`],
      notes: [`1 frame of the captures left out: ${SENT}`],
    },
    {
      name: 'any allowed',
      more: '  notReplayed: any\n',
      differences: [],
      notes: [`1 frame of the captures left out: ${OTHER}`, `1 frame of the captures left out: ${SENT}`],
    },
    {
      name: 'one allowed by the beginning of its reason',
      more: '  notReplayed: [{ reason: destination MAC 02:aa }]\n',
      differences: [],
      notes: [`1 frame of the captures left out: ${SENT}`, `1 frame of the captures left out: ${OTHER}`],
    },
    {
      name: 'two expected',
      more: '  notReplayed: [{ reason: destination MAC 02:aa, count: 2 }]\n',
      differences: ['expected 2 frames not replayed (destination MAC 02:aa), got 1: frame 1'],
      notes: [`1 frame of the captures left out: ${SENT}`],
    },
    {
      name: 'another expected',
      more: '  notReplayed: [{ reason: tap7 is down }]\n',
      differences: [
        'expected 1 frame not replayed (tap7 is down), got 0',
        `frame 1 was not replayed: ${OTHER}; expect.notReplayed allows it`,
      ],
      notes: [`1 frame of the captures left out: ${SENT}`],
    },
  ])
    it(`captures as they were recorded, ${name}`, async () => {
      const folderName = name.replaceAll(' ', '-');
      asRecorded(folderName, more);
      const result = await test(folderName);
      expect(messages(result)).to.deep.equal(differences);
      expect(result.notes).to.deep.equal(notes);
      expect(result.detail?.received.map((frame) => frame.name)).to.deep.equal(['frame 2', 'frame 4', 'frame 5']);
    });

  it('prove nothing where nothing is replayed', async () => {
    cpSync(at('form-0'), at('none'), { recursive: true });
    writeFileSync(join(at('none'), 'in.pcap'), pcapOf([FRAMES[2].bytes]));
    expect(messages(await test('none')).join('\n')).to.match(
      /^no frame of \S*in\.pcap could be replayed \(1 in all\): sent by the node itself .*; replay a capture that has what it received$/m,
    );
    const directory = new TemporaryDirectory();
    const path = directory.file('own.pcap', pcapOf([FRAMES[2].bytes]));
    const request = {
      folder: at('own'),
      title: 'own',
      captures: [{ path, interfaceName: null }],
      configFile: at('node.vpp'),
    };
    expect(await messageOf(directory, () => newCase(request), 'CaptureError')).to.match(
      /^no frame of \S*own\.pcap could be replayed \(1 in all\): sent by the node itself /,
    );
    directory.remove();
  });

  it('are asked in vain for what the node sent where they have nothing of it', async () => {
    const { message } = (await draft('in-vain', ['uplink.pcap'], true).catch(
      (error: unknown) => error as Error,
    )) as Error;
    expect(message).to.equal('--expect-sent: the captures have no frame that the node sent; leave --expect-sent out');
  });

  it('say what is left out, in every form of a report', () => {
    for (const [reporter, words] of [
      ['human', `      1 frame of the captures left out: ${SENT}\n`],
      ['tap', `# 1 frame of the captures left out: ${SENT}\n`],
      ['junit', `1 frame of the captures left out: ${SENT}\n`],
      ['json', `"1 frame of the captures left out: ${SENT}"`],
      ['html', `1 frame of the captures left out: ${SENT}`],
    ]) {
      const { code, stdout } = runVppcap(['test', 'any-allowed', '-q', '--reporter', reporter], folder);
      expect(stdout, reporter).to.include(words);
      expect(code, reporter).to.equal(0);
    }
  });

  it('name paths from the working directory, in errors too', () => {
    mkdirSync(at('unreadable'));
    writeFileSync(join(at('unreadable'), 'in.pcap'), 'version https://git-lfs.github.com/spec/v1\n');
    writeFileSync(
      join(at('unreadable'), 'case.yaml'),
      '{ title: t, origin: by hand, config: built-in, captures: [{ file: in.pcap }], expect: { captures: [] } }',
    );
    for (const reporter of ['human', 'tap', 'junit', 'json', 'github', 'html'])
      for (const given of reporter === 'human' ? ['unreadable', at('unreadable')] : ['unreadable']) {
        const { stdout, code } = runVppcap(['test', given, '-q', '--reporter', reporter], folder);
        expect(stdout.replaceAll(/^\/.*$/gm, ''), reporter).to.include(
          'unreadable/in.pcap: not a pcap or pcapng capture',
        );
        expect(stdout, reporter).not.to.include(`${folder}/unreadable/`);
        expect(code).to.equal(3);
      }
  });
});

describeField('cases of inputs from the field', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'vppcap-field-cases-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('new-case leaves out what the node sent', async () => {
    const { code, stdout } = runVppcap(
      ['new-case', fieldFile('new-case-both-directions', 'dir.pcap'), '-o', 'case'],
      folder,
    );
    expect(code).to.equal(0);
    expect(stdout).to.include('1 frame left out of the case: sent by the node itself (source MAC is that of tap2)\n');
    const reader = await openBatches(join(folder, 'case', 'dir.pcap'));
    expect((await reader.next())?.count).to.equal(2);
    await reader.close();
    expect(runVppcap(['test', 'case'], folder).code).to.equal(0);
  });

  for (const hasPaths of [true, false])
    it(`test names the drop that is new, by ${hasPaths ? 'the paths' : 'what should have left'}`, () => {
      const name = `blame-${String(hasPaths)}`;
      mkdirSync(join(folder, name));
      for (const file of ['case.yaml', 'expected.pcapng', 'lab.pcap', 'node.vpp'])
        writeFileSync(join(folder, name, file), readFileSync(fieldFile('test-blames-wrong-frame', file)));
      const path = join(folder, name, 'case.yaml');
      const text = readFileSync(path, 'utf8');
      if (!hasPaths) writeFileSync(path, text.slice(0, text.indexOf('  paths:')));
      const { code, stdout } = runVppcap(['test', name], folder);
      expect(code).to.equal(1);
      expect(stdout).to.match(
        /expected 1 drop at nat44-ed-out2in-slowpath \(no translation\), got 2: frames 6 and 7\n +new: frame 6 on \S+: .* 198\.51\.100\.20:2222, /,
      );
    });
});
