/** One line of a recording's script is another than the node had: the audit names it, by file and line. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { audit } from '../../src/audit/audit.js';
import type { AuditReport } from '../../src/audit/report.js';
import { parseScript } from '../../src/config/parse-script.js';
import { readStateFile } from '../../src/config/state/load-state.js';
import { findRelease } from '../../src/releases/releases.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');
/** Changed lines that the traffic of a release's recordings shows, at least. */
const LEAST = 20;

interface WrongLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const ACL = /^(set acl-plugin acl (?:tag \S+ )?)(.*)$/;
const ROUTE = /^(ip route add \S+ via )(\S+)( \S+)$/;
/** An external port, or the only local one. */
const PORTS = [
  /^(nat44 (?:ei )?add (?:load-balancing )?static mapping.* external [\d.]+[ :])(\d+)(.*)$/,
  /^(nat44 (?:ei )?add static mapping \w+ local [\d.]+ )(\d+)(.*)$/,
];

/** Each way to get a line of a script wrong. */
function wrongLines(lines: readonly string[]): WrongLine[] {
  return lines.flatMap((text, i): WrongLine[] => {
    const as = (wrong: string): WrongLine => ({ line: i + 1, text: wrong });
    const acl = ACL.exec(text);
    if (acl) {
      const rules = acl[2].split(', ');
      return rules.length < 2 ? [] : rules.map((_, rule) => as(acl[1] + rules.toSpliced(rule, 1).join(', ')));
    }
    const route = ROUTE.exec(text);
    if (route) return ['77', '2'].map((host) => as(route[1] + route[2].replace(/\d+$/, host) + route[3]));
    return PORTS.flatMap((pattern) => {
      const mapping = pattern.exec(text);
      return mapping ? [as(mapping[1] + String(Number(mapping[2]) + 7) + mapping[3])] : [];
    });
  });
}

async function auditOf(folder: string, release: string, { line, text }: WrongLine): Promise<AuditReport> {
  const lines = readFileSync(join(folder, 'config.vpp'), 'utf8').split('\n');
  const wrong = lines.with(line - 1, text).join('\n');
  const script = parseScript(wrong, 'config.vpp', { release: findRelease(release) });
  return audit({
    captures: [{ path: join(folder, 'rxtx.pcap'), interfaceName: null }],
    script: { ...script, state: [readStateFile(join(folder, 'state.txt'))] },
  });
}

for (const release of ['19.08', '26.06']) {
  const root = join(ORACLE, 'running', `vpp-${release}`);
  describe(`recordings of VPP ${release} with a wrong line`, () => {
    if (!existsSync(root)) {
      it(`(skipped: there are no recordings at ${root}; VPPCAP_ORACLE names another place)`, function () {
        this.skip();
      });
      return;
    }
    let count = 0;
    for (const name of readdirSync(root))
      it(`${name}: the line is named`, async function () {
        this.timeout(60_000);
        const folder = join(root, name);
        const missed: string[] = [];
        for (const wrong of wrongLines(readFileSync(join(folder, 'config.vpp'), 'utf8').split('\n'))) {
          const { groups } = await auditOf(folder, release, wrong);
          if (groups.length === 0) continue;
          count++;
          const [{ config, ways }] = groups;
          if ([config, ...ways].some((named) => named?.line === wrong.line)) continue;
          const causes = groups.map(
            ({ kind, cause, config, decision }) => `${kind} ${cause} ${String(config?.line)} ${String(decision)}`,
          );
          missed.push(`${String(wrong.line)}: ${wrong.text}\n      ${causes.join('\n      ')}`);
        }
        expect(missed.join('\n')).to.equal('');
      });
    it(`at least ${String(LEAST)} showed`, () => {
      expect(count).to.be.at.least(LEAST);
    });
  });
}
