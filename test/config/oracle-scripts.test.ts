/** The scripts of the recordings of VPP 19.08: every line is a command, and the command says all that the line says. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import { CORPUS } from '../oracle/floor.js';
import type { AnyBody } from './any-body.js';
import { formatCommand } from './format-command.js';

const cases = existsSync(CORPUS) ? readdirSync(CORPUS) : [];

describe('config: scripts of the recordings', () => {
  if (cases.length === 0) {
    it(`(skipped: there are no recordings at ${CORPUS}; VPPCAP_ORACLE names another place)`, function () {
      this.skip();
    });
  }
  for (const name of cases) {
    it(name, () => {
      const text = readFileSync(join(CORPUS, name, 'config.vpp'), 'utf8');
      const lines = text.split('\n').map((line) =>
        line
          .trim()
          .replace(/\s+/g, ' ')
          .replace(/ weight 1$/, ''),
      );
      const script = parseScript(text, 'config.vpp');
      const { commands } = script;
      expect(commands.map(({ body }) => formatCommand(body as AnyBody))).to.deep.equal(
        lines.filter((line) => line !== '' && !line.startsWith('#')),
      );
      const max = /max translations per user (\d+) /.exec(
        text.split('\n').find((line) => line.includes('startup:')) ?? '',
      );
      const { nat44, ethernetInputGeneric } = applyScript(script);
      expect(nat44.startup).to.deep.include({
        endpointDependent: lines.some((line) => line.startsWith('# startup: nat { endpoint-dependent')),
        maxTranslationsPerUser: max ? Number(max[1]) : null,
      });
      expect(ethernetInputGeneric).to.equal(lines.includes('# ethernet-input: generic'));
    });
  }
});
