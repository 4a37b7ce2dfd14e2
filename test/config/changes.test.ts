/** Changes of a configuration over time: what their text may say, and when each is made. What is expected is by hand. */

import { expect } from 'chai';
import { parseChanges } from '../../src/config/changes.js';
import type { ScriptChange } from '../../src/config/node-script.js';
import { parseScript } from '../../src/config/parse-script.js';
import { ChangeSchedule } from '../../src/dataplane/change-schedule.js';
import { applyScript } from '../../src/config/apply.js';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { SCRIPT } from '../node/two-taps.js';

const script = parseScript(SCRIPT, 'node.vpp');
const read = (text: string): ScriptChange[] => parseChanges(text, 'c.vpp', script);
const FORMS = '"# before frame 13", "# at +12.5s" or "# at 2026-11-28T12:00:01.5Z"';

describe('changes over time', () => {
  it('reads the three forms, with the lines of their commands', () => {
    const changes = read(
      '# what the ticket says\n\n# before frame 2\nset interface state tap1 down\r\n\n#  at +0.25s\nvpp# create tap id 7\n' +
        'vpp# set interface state tap7 up\n# at 2026-01-01T01:00:00.000000007+01:00\n',
    );
    expect(changes.map(({ at, text, moment }) => ({ line: at.line, text, moment }))).to.deep.equal([
      { line: 3, text: 'before frame 2', moment: { frame: 2 } },
      { line: 6, text: 'at +0.25s', moment: { afterNanoseconds: 250_000_000 } },
      {
        line: 9,
        text: 'at 2026-01-01T01:00:00.000000007+01:00',
        moment: { seconds: 1_767_225_600, nanoseconds: 7 },
      },
    ]);
    expect(changes.map(({ commands }) => commands.map(({ at }) => `${at.file}:${at.line}`))).to.deep.equal([
      ['c.vpp:4'],
      ['c.vpp:7', 'c.vpp:8'],
      [],
    ]);
  });

  for (const { name, given, expected } of [
    {
      name: 'a time in no known form',
      given: '# before frame two\n# at noon\n# at 2026-01-01T00:00:00\n',
      expected: [
        `c.vpp:1:1: expected ${FORMS}, found "# before frame two"`,
        `c.vpp:2:1: expected ${FORMS}, found "# at noon"`,
        `c.vpp:3:1: expected ${FORMS}, found "# at 2026-01-01T00:00:00"`,
      ],
    },
    {
      name: 'a date that there is not',
      given: '# at 2026-13-01T00:00:00Z\n',
      expected: [`c.vpp:1:1: expected ${FORMS}, found "# at 2026-13-01T00:00:00Z"`],
    },
    {
      name: 'times that run backwards, by each kind alone',
      given: '# before frame 9\n# at +5s\n# before frame 8\n# at +4.5s\n',
      expected: [
        'c.vpp:3:1: expected a time behind "# before frame 9" of line 1, found "# before frame 8"',
        'c.vpp:4:1: expected a time behind "# at +5s" of line 2, found "# at +4.5s"',
      ],
    },
    {
      name: 'a command above the first time',
      given: 'set interface state tap1 down\n# before frame 1\n',
      expected: [`c.vpp:1:1: expected a line that says when, such as ${FORMS}, found a command`],
    },
    {
      name: 'no time at all',
      given: '# nothing\n',
      expected: [`c.vpp:1:1: expected a line that says when, such as ${FORMS}, found none`],
    },
    {
      name: 'all wrong commands at once, and what holds from the start',
      given:
        '# before frame 1\nset interfce state tap1 down\n# before frame 2\n# startup: nat { endpoint-dependent }\n' +
        'set interface state tap1 down\nip route add 10.0.0.0/40 via drop\n',
      expected: [
        'c.vpp:2:5: unknown command "set interfce": did you mean "set interface"?',
        'c.vpp:6:14: expected an IP prefix, found "10.0.0.0/40"',
      ],
    },
    {
      name: 'what holds from the start',
      given: '# before frame 2\n# startup: nat { endpoint-dependent }\n',
      expected: ['c.vpp:2:1: this holds from the start of VPP: it belongs into the script, not between frames'],
    },
  ])
    it(`refuses ${name}`, () => {
      expect(() => read(given))
        .to.throw(ConfigError)
        .with.property('message', expected.join('\n'));
    });

  it('makes changes in their order, before the first frame that is late enough', () => {
    const tables = applyScript(script);
    const changes = read(
      '# before frame 2\nset interface state tap1 down\n# at +3s\nset interface state tap1 up\n# before frame 4\n' +
        'set interface state tap0 down\n# at 1970-01-01T00:01:50Z\nset interface state tap0 up\n# before frame 9\n',
    );
    const schedule = new ChangeSchedule(changes, tables);
    const up = (): string => tables.interfaces.all.map(({ isUp }) => (isUp ? '1' : '0')).join('');
    const seen: string[] = [];
    // Frames 0 to 6 come at 100, 101, 102, 102.5, 103.5, 104 and 110 s.
    [100, 101, 102, 102.5, 103.5, 104, 110].forEach((time, index) => {
      schedule.apply(index, Math.floor(time), (time % 1) * 1e9, `frame ${index + 1}`);
      seen.push(up());
    });
    expect(seen).to.deep.equal(['011', '011', '010', '010', '001', '001', '011']);
    expect(schedule.summary).to.deep.equal({ commands: 4, notReached: ['c.vpp:9: before frame 9'] });
    expect(schedule.last).to.deep.equal({
      file: 'c.vpp',
      line: 7,
      since: 'from frame 7',
      text: '# at 1970-01-01T00:01:50Z',
    });
  });
});
