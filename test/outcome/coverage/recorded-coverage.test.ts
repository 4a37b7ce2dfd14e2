/**
 * Coverage of recorded cases against what VPP 19.08.2 did: packets that each ACL rule decided about, by its traces; packets to
 * each neighbour, by what it transmitted to the neighbour's MAC.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScriptFile } from '../../../src/config/parse-script.js';
import { CoverageRecorder } from '../../../src/outcome/coverage/coverage-recorder.js';
import type { Coverage, CoverageItem } from '../../../src/outcome/coverage/coverage.js';
import { Dataplane } from '../../../src/dataplane/dataplane.js';
import { loadOracleCase } from '../../../tools/oracle/oracle-case.js';
import { receiveFrame } from '../../../tools/oracle/receive-frame.js';
import { CORPUS } from '../../oracle/floor.js';

/** B-acl1 is left out: ICMP errors that no rule matches are neither traced nor any rule's. */
const ACL_CASES = ['A-seed0', 'A-seed1', 'A-seed2', 'A-seed3', 'B-acl0', 'B-acl2', 'B-acl3', 'B-acl4', 'B-acl6'];
/** Without ACLs on output, what was made ready for a neighbour leaves. */
const NEIGHBOUR_CASES = ['C-nat0', 'C-nat1', 'C-nat2', 'E-route0', 'E-route1', 'E-route2', 'E-route3'];

const RULE = /action: [012], match: acl (\d+) rule (\d+)/g;

const CHECKED = /^acl-plugin-(?:in|out)-ip4-\w+: checked packets$/;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** How often each text occurs. */
function tally(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of [...texts].sort()) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

const recordedTrace = (name: string): string => gunzipSync(readFileSync(join(CORPUS, name, 'trace.txt.gz'))).toString();

async function coverageOf(name: string): Promise<Coverage> {
  const { configPath, input } = await loadOracleCase(CORPUS, name);
  const script = parseScriptFile(configPath);
  const dataplane = new Dataplane(applyScript(script), { transmit: () => undefined, discard: () => undefined }, true);
  const recorder = new CoverageRecorder(dataplane);
  for (const frame of input) receiveFrame(dataplane, frame);
  return recorder.result(script);
}

function packetsOf({ items }: Coverage, kind: string, keyOf: (item: CoverageItem) => string): Record<string, number> {
  const exercised = items.filter((item) => item.kind === kind && item.packets > 0);
  const rows = exercised.map((item): [string, number] => [keyOf(item), item.packets]);
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** 'interface MAC' of every IPv4 frame that VPP transmitted. */
async function recordedSent(name: string): Promise<string[]> {
  const { output } = await loadOracleCase(CORPUS, name);
  return output
    .filter(({ bytes }) => bytes[12] === 8 && bytes[13] === 0)
    .map(({ interfaceName, bytes }) => `${interfaceName} ${Buffer.from(bytes.subarray(0, 6)).toString('hex')}`);
}

describe('coverage of recorded cases', () => {
  for (const name of ACL_CASES)
    it(`counts the packets of each rule that VPP traced in ${name}`, async function () {
      if (!existsSync(join(CORPUS, name))) this.skip();
      const trace = recordedTrace(name);
      const traced = tally(Array.from(trace.matchAll(RULE), ([, acl, rule]) => `${acl} ${rule}`));
      const keyOf = (item: CoverageItem): string => item.name.replace(/^ACL (\d+) ".*" rule (\d+)$/, '$1 $2');
      const coverage = await coverageOf(name);
      const modelled = packetsOf(coverage, 'ACL rule', keyOf);
      expect(modelled).to.include.all.keys(traced);
      for (const [rule, packets] of Object.entries(traced)) expect(modelled[rule], rule).to.be.at.least(packets);
      // ICMP errors that VPP makes pass ACLs on output without being traced, but they are counted.
      const { verdicts } = await loadOracleCase(CORPUS, name);
      const checked = verdicts.flatMap(({ counters }) =>
        Object.entries(counters).flatMap(([key, count]) => (CHECKED.test(key) ? [count] : [])),
      );
      const unmatched = trace.match(/match: acl -1 rule -1/g)?.length ?? 0;
      const rules = coverage.items.filter(({ kind }) => kind === 'ACL rule');
      const decided = rules.map(({ packets, sessionPackets }) => packets + sessionPackets);
      expect(sum(decided)).to.equal(sum(checked) - unmatched);
    });

  for (const name of NEIGHBOUR_CASES)
    it(`counts the packets that VPP sent to each neighbour in ${name}`, async function () {
      if (!existsSync(join(CORPUS, name))) this.skip();
      const coverage = await coverageOf(name);
      // set ip arp static IF ADDRESS MAC
      const keyOf = ({ text }: CoverageItem): string => {
        const [, , , , on, , mac] = text.split(' ');
        return `${on} ${mac.replaceAll(':', '')}`;
      };
      const configured = new Set(coverage.items.filter(({ kind }) => kind === 'neighbour').map(keyOf));
      const sent = (await recordedSent(name)).filter((key) => configured.has(key)); // others were learned
      expect(packetsOf(coverage, 'neighbour', keyOf)).to.deep.equal(tally(sent));
    });
});
