/** Dispatch traces of nodes that had run before: what every node made of each packet is as expected, and what was changed in one is told. */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { audit } from '../../src/audit/audit.js';
import { auditSchema } from '../../scripts/audit-schema.js';
import type { AuditReport } from '../../src/audit/report.js';
import { LINKTYPE_VPP_DISPATCH } from '../../src/capture/dispatch-record.js';
import { MemoryCapture, type MemoryFrame } from '../../src/capture/memory-capture.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { readStateFile } from '../../src/config/state/load-state.js';
import { findRelease } from '../../src/releases/releases.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');
const LAST_PACKET = 'the capture ends before its way does';
const BUFFER_AT = 4;

interface DispatchCapture {
  readonly folder: string;
  readonly release: string;
  readonly records: readonly MemoryFrame[];
}

function load(release: string, name: string): DispatchCapture {
  const folder = join(ORACLE, 'running', `vpp-${release}`, name);
  const bytes = readFileSync(join(folder, 'dispatch.pcap'));
  const records: MemoryFrame[] = [];
  for (let at = 24; at < bytes.length;) {
    const [seconds, micros, captured, originalLength] = [0, 4, 8, 12].map((field) => bytes.readUInt32LE(at + field));
    const content = Buffer.from(bytes.subarray(at + 16, at + 16 + captured));
    records.push({ bytes: content, originalLength, seconds, nanoseconds: micros * 1000, interfaceIndex: 0 });
    at += 16 + captured;
  }
  return { folder, release, records };
}

async function auditOf({ folder, release, records }: DispatchCapture, hasState = true): Promise<AuditReport> {
  const script = parseScriptFile(join(folder, 'config.vpp'), { release: findRelease(release) });
  const interfaces = [{ linkType: LINKTYPE_VPP_DISPATCH, snapLength: 0, name: null, timestampDigits: 6 }];
  const report = await audit({
    captures: [{ path: 'dispatch.pcap', interfaceName: null }],
    script: { ...script, ...(hasState ? { state: [readStateFile(join(folder, 'state.txt'))] } : {}) },
    open: () => Promise.resolve(new MemoryCapture('dispatch.pcap', interfaces, records)),
  });
  auditSchema.parse(report);
  return report;
}

/** With the bytes of one record changed; its length stays. */
const changed = (capture: DispatchCapture, record: number, change: (bytes: Buffer) => void): DispatchCapture => {
  const bytes = Buffer.from(capture.records[record].bytes);
  change(bytes);
  return { ...capture, records: capture.records.map((one, i) => (i === record ? { ...one, bytes } : one)) };
};
const replaced = (capture: DispatchCapture, from: string, to: string, first: number): DispatchCapture => ({
  ...capture,
  records: capture.records.map((one, i) => {
    const text = Buffer.from(one.bytes).toString('latin1');
    return i < first ? one : { ...one, bytes: Buffer.from(text.replaceAll(from, to), 'latin1') };
  }),
});
const causesOf = ({ groups }: AuditReport) => groups.map(({ kind, cause, node }) => [kind, cause, node]);

const CASES = [
  ['19.08', 'P-live0', 28],
  ['19.08', 'P-live3', 26],
  ['26.06', 'P-live0', 30],
  ['26.06', 'P-live3', 26],
] as const;

describe('audit of dispatch traces', function () {
  if (!existsSync(join(ORACLE, 'running'))) {
    it(`(skipped: there are no recordings in ${ORACLE}; VPPCAP_ORACLE names another place)`, function () {
      this.skip();
    });
    return;
  }

  for (const [release, name, visits] of CASES)
    it(`${release} ${name}: every visit is as expected, with the state and without`, async () => {
      const capture = load(release, name);
      const known = await auditOf(capture);
      expect(known.groups).to.deep.equal([]);
      expect(known.visits).to.equal(visits);
      expect(known.unjudged.map(({ reason, count }) => [reason, count])).to.deep.equal([[LAST_PACKET, 1]]);
      expect((await auditOf(capture, false)).groups).to.deep.equal([]);
    });

  it('another node, other bytes, another decision, an end too soon: each is told with the node', async () => {
    const capture = load('19.08', 'P-live0');
    const other = replaced(capture, 'ip4-glean\0', 'ip4-midch\0', 4);
    expect(causesOf(await auditOf(other))).to.deep.equal([['way', 'next-node', 'ip4-lookup']]);
    const bytes = changed(capture, 17, (record) => record.writeUInt8(9, record.length - 43 + 14 + 8)); // its TTL
    const { groups } = await auditOf(bytes);
    expect(groups.map(({ cause, node }) => [cause, node])).to.deep.equal([['node-bytes', 'nat44-in2out-output']]);
    expect(groups[0].examples[0].fields.map(({ field }) => field)).to.deep.equal(['ip4.ttl']);
    const rule = replaced(capture, 'acl_match -1', 'acl_match 17', 9);
    const decided = replaced(rule, 'action: 3', 'action: 1', 9);
    expect(causesOf(await auditOf(decided))).to.deep.equal([['way', 'node-record', 'acl-plugin-in-ip4-fa']]);
    const early = { ...capture, records: capture.records.toSpliced(15, 5, ...dropOf(capture, 15)) };
    expect(causesOf(await auditOf(early))).to.deep.include(['way', 'next-node', 'ip4-rewrite']);
  });

  it('packets that are not traced are compared by their bytes', async () => {
    const capture = load('26.06', 'P-live0');
    const records = capture.records.map((one) => ({ ...one, bytes: untraced(Buffer.from(one.bytes)) }));
    const sized = records.map((one) => ({ ...one, originalLength: one.bytes.length }));
    const report = await auditOf({ ...capture, records: sized });
    expect(report.groups).to.deep.equal([]);
    expect(report.visits).to.equal(30);
  });

  it('packets that a node sees one behind the other are one vector', async () => {
    const { records, ...capture } = load('19.08', 'P-live3');
    const [one, two] = [records.slice(0, 6), records.slice(6, 12)];
    const later = two.map((record) => {
      const bytes = Buffer.from(record.bytes);
      bytes.writeUInt32BE(0x27fd5, BUFFER_AT);
      return { ...record, bytes };
    });
    const report = await auditOf({ ...capture, records: one.flatMap((record, i) => [record, later[i]]) });
    expect(report.groups).to.deep.equal([]);
    expect(report.received).to.equal(2);
    expect(report.visits).to.equal(12);
  });

  it('what is no record, and what arrived on no interface of the node, is not judged', async () => {
    const capture = load('19.08', 'P-live0');
    const version = changed(capture, 0, (record) => record.writeUInt8(2, 0));
    expect((await auditOf(version)).unjudged[0]).to.include({
      reason: 'no whole record of a dispatch trace',
      count: 1,
    });
    const stranger = replaced(capture, 'sw_if_index[VLIB_RX]: 5', 'sw_if_index[VLIB_RX]: 9', 0);
    expect((await auditOf(stranger)).unjudged[0].reason).to.equal(
      'the configuration has no interface with sw_if_index 9',
    );
  });
});

/** Records of a packet that is dropped where record `at` is. */
const dropOf = ({ records }: DispatchCapture, at: number): MemoryFrame[] =>
  ['error-drop', 'drop'].map((node) => {
    const { bytes, ...one } = records[at];
    const text = Buffer.from(bytes).toString('latin1').replace('acl-plugin-out-ip4-fa\0', `${node}\0`);
    return { ...one, bytes: Buffer.from(text, 'latin1'), originalLength: text.length };
  });

/** Without the trace, which is the fifth string. */
function untraced(record: Buffer): Buffer {
  let at = 8;
  for (let i = 0; i < 4; i++) at = record.indexOf(0, at) + 1;
  const head = Buffer.from(record.subarray(0, at));
  head.writeUInt8(4, 2);
  return Buffer.concat([head, record.subarray(record.indexOf(0, at) + 1)]);
}
