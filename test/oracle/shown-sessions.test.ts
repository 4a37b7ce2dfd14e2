/**
 * Tables of sessions at the end of a recording, as VPP's show commands printed them in sessions.txt. What is left out of the comparison:
 * times (VPP's clock is real time; the model's is the capture's).
 */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { nodeOf } from '../../tools/oracle/oracle-run.js';
import { CORPORA } from './floor.js';

/** Lines by the command that they answer. */
function answersIn(lines: readonly string[]): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  let open: string[] = [];
  for (const line of lines)
    if (line.startsWith('### ')) answers.set(line.slice(4), (open = []));
    else open.push(line.trimEnd());
  return answers;
}

/** Where a session begins, or a user's. */
const BEGINS = /^ {4}i2o |^ {2}session index|^ {2}\d+\.\d+\.\d+\.\d+: /;
/** A record of the pool that is free. */
const FREE = 'link list id: 0';
/** A release's CLI may lack a command that was tried. */
const REFUSED = 'unknown input';
const LAST = /^ +(link list id: |(?:dynamic|static) translation|forwarding-bypass|load-balancing|twice-nat)/;

/** Sessions, each with its lines; times are left out, which VPP's clock and the capture's tell otherwise. */
function sessionsIn(lines: readonly string[], isSorted: boolean): string[] {
  const blocks: string[][] = [];
  for (const line of lines) {
    if (BEGINS.test(line)) blocks.push([]);
    const block = blocks.at(-1) ?? [];
    const isBehind = LAST.test(block.at(-1) ?? '') && !LAST.test(line);
    if (!isBehind) block.push(line.replace(/((?:last heard|timeout in|active time:|enqueue time:)) -?[\d.]+/, '$1 #'));
  }
  const sessions = blocks.map((block) => block.join('\n')).filter((block) => !block.endsWith(FREE));
  return isSorted ? sessions.sort() : sessions;
}

/**
 * Sessions time out, or deleted ones are freed, behind the last frame and before the tables were shown; and a state in whose text the
 * state of TCP connections is hidden.
 */
const LEFT_OUT = new Set(['B-acl5', 'M-change1', 'P-live3']);

describe(`tables of sessions as recorded${existsSync(CORPORA) ? '' : ` (skipped: no recordings at ${CORPORA})`}`, () => {
  for (const { release, folder } of corporaIn(CORPORA))
    for (const name of casesOf({ release, folder })) {
      const file = join(folder, name, 'sessions.txt');
      const recorded = existsSync(file)
        ? answersIn(readFileSync(file, 'utf8').split('\n'))
        : new Map<string, string[]>();
      const commands = [...recorded].flatMap(([command, lines]) =>
        /sessions( detail| thread 0 index \*)?$/.test(command) &&
        command !== 'show acl-plugin sessions' &&
        !lines.some((line) => line.startsWith(REFUSED))
          ? [command]
          : [],
      );
      if (commands.length === 0 || LEFT_OUT.has(name)) continue;
      it(`${release} ${name}`, async function () {
        this.timeout(60_000);
        const oracleCase = await loadOracleCase(dirname(join(folder, name)), name);
        let node;
        try {
          node = nodeOf(oracleCase);
        } catch (error) {
          if (error instanceof ConfigError) this.skip();
          throw error;
        }
        for (const frame of oracleCase.input) node.receive(frame.bytes, { ...frame, interface: frame.interfaceName });
        const shown = answersIn(node.showSessions().split('\n'));
        for (const command of commands)
          // nat44-ei moves a session in its user's list once a second at most, of VPP's clock.
          expect(sessionsIn(shown.get(command) ?? [], command.includes(' ei ')), command).to.deep.equal(
            sessionsIn(recorded.get(command) ?? [], command.includes(' ei ')),
          );
      });
    }
});
