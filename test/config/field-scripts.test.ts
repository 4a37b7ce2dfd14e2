/**
 * Scripts as people have them (test/config/scripts): written for this test, after what public scripts have. Each of their commands is one of
 * four kinds; of all, this share is taken without --lenient, and with it the scripts load whole.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { applyScript } from '../../src/config/apply.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { ConfigErrors, NotModelledError } from '../../src/pipeline/command/config-error.js';

const FOLDER = 'test/config/scripts';
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.vpp'));

/** May rise, not fall. */
const SHARE_FLOOR = 0.93;

/** What of the scripts VPP refuses, by its own answers. */
const REFUSED: Readonly<Partial<Record<string, readonly string[]>>> = {
  'lan-gateway.vpp': [
    'nat44 add identity mapping $(WAN) udp 500',
    'ip6 route add ::/0 via fe80::1 $(WAN)',
    'service restart isc-dhcp-server',
    'set interface state all up',
  ],
  'startup-and-node.vpp': ['nat44 add interface adress wan', 'vxlan offload hw wan rx vxlan_tunnel0'],
};

interface Counts {
  readonly commands: number;
  readonly unmodelled: number;
  readonly refused: readonly string[];
}

/** Commands are lines, also those that make several. */
function countsOf(name: string): Counts {
  const script = parseScriptFile(join(FOLDER, name), { isLenient: true });
  const { notModelled } = applyScript(script);
  const modelled = new Set(script.commands.map(({ at }) => `${at.file}:${String(at.line)}`));
  const withoutEffect = script.notes.filter(({ kind }) => kind === 'without effect');
  const refused = (notModelled?.refused ?? []).map(({ text }) => text);
  return {
    commands: modelled.size + withoutEffect.length + (script.refused?.length ?? 0),
    unmodelled: notModelled?.commands.length ?? 0,
    refused,
  };
}

describe('config: scripts as people have them', () => {
  let [commands, unmodelled] = [0, 0];
  for (const name of SCRIPTS)
    it(`${name}: what is not modelled, or what VPP refuses, is all that is wrong, and with --lenient it loads whole`, () => {
      const counts = countsOf(name);
      commands += counts.commands;
      unmodelled += counts.unmodelled + counts.refused.length;
      expect([...counts.refused].sort()).to.deep.equal([...(REFUSED[name] ?? [])].sort());
      try {
        applyScript(parseScriptFile(join(FOLDER, name)));
        expect(counts.unmodelled + counts.refused.length).to.equal(0);
      } catch (error) {
        if (!(error instanceof ConfigErrors)) throw error;
        const others = error.errors.filter((one) => !(one instanceof NotModelledError));
        expect(others.length).to.be.at.most(counts.refused.length);
      }
    });

  it(`at least ${String(SHARE_FLOOR * 100)} % of their commands are taken as they are`, () => {
    expect(SCRIPTS).to.have.length.at.least(21);
    expect(commands).to.be.at.least(500);
    const share = 1 - unmodelled / commands;
    expect(share, `of ${String(commands)} commands`).to.be.at.least(SHARE_FLOOR);
  });
});
