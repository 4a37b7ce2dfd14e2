/** Every template prints and parses: what it prints of some values, it parses into the same values. */

import { expect } from 'chai';
import fc from 'fast-check';
import { layouts } from '../../src/pipeline/engine/trace/trace-records.js';
import { FIELD_TYPES, type FieldType, type FieldValue } from '../../src/pipeline/trace/field-types.js';
import type { Field, LineTemplate } from '../../src/pipeline/trace/template.js';
import { linesOfLayout, linesOfRecord } from '../../src/pipeline/trace/wording.js';
import { parseTrace } from '../../src/trace/parse/records.js';
import { LINES } from '../../src/trace/parse/nodes.js';
import { TRACE_WORDINGS } from '../../src/releases/wording.js';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';

const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: digits, maxLength: digits });
const word = fc
  .string({ unit: fc.constantFrom(...Array.from('abcdefgh0123')), minLength: 1, maxLength: 8 })
  .map((text) => `w${text}`);
const octets = (count: number): fc.Arbitrary<string[]> => fc.array(hex(2), { minLength: count, maxLength: count });

/** Texts of types that are no numbers. */
const TEXTS: ReadonlyMap<FieldType, fc.Arbitrary<string>> = new Map<FieldType, fc.Arbitrary<string>>([
  [FIELD_TYPES.hex16, hex(16)],
  [FIELD_TYPES.mac, octets(6).map((all) => all.join(':'))],
  [FIELD_TYPES.octets12, octets(12).map((all) => all.join(' '))],
  [FIELD_TYPES.pairs, octets(5).map((all) => all.join(''))],
  [FIELD_TYPES.ip6, hex(4).map((digits) => `fe80::${digits}`)],
  [FIELD_TYPES.ip, fc.ipV4()],
  [FIELD_TYPES.tcpFlags, fc.constantFrom('SYN', 'SYN ACK')],
  [FIELD_TYPES.fragmentFlags, fc.constantFrom('DONT_FRAGMENT', 'MORE_FRAGMENTSDONT_FRAGMENT')],
  [FIELD_TYPES.bufferWords, fc.constantFrom('l2-hdr-offset 0 l3-hdr-offset 14', 'natted')],
  [FIELD_TYPES.brackets, fc.constant('[features ]')],
  [FIELD_TYPES.numbered, octets(3).map((all) => `${all.join('')}/00000020`)],
  [FIELD_TYPES.tcpOptions, fc.constant('mss 1460')],
]);
/** Numbers that a type can be: some are not all that its octets can hold. */
const NUMBERS: ReadonlyMap<FieldType, fc.Arbitrary<number>> = new Map<FieldType, fc.Arbitrary<number>>([
  [FIELD_TYPES.priority, fc.nat(7)],
  [FIELD_TYPES.vlan, fc.nat(0xfff)],
  [FIELD_TYPES.dataOffset, fc.nat(15).map((words) => words << 4)],
  [FIELD_TYPES.icmp4, fc.constantFrom(0x0000, 0x0800, 0x0301, 0xfe00)],
  [FIELD_TYPES.icmp6, fc.constantFrom(0x8000, 0x0103, 0x8700)],
]);

function valueOf({ type }: Field): fc.Arbitrary<FieldValue> {
  if (type === FIELD_TYPES.ip) return fc.ipV4();
  const text = type.read === undefined ? (TEXTS.get(type) ?? word) : undefined;
  if (text !== undefined) return text;
  const most = type.octets === undefined ? 1 : 256 ** type.octets - 1;
  return NUMBERS.get(type) ?? fc.integer({ min: 0, max: most });
}

const valuesOf = ({ parsed: { fields } }: LineTemplate): fc.Arbitrary<Record<string, FieldValue>> =>
  fc.record(Object.fromEntries(Array.from(fields.values(), (field) => [field.name, valueOf(field)])));

/** A header with the values of the fields that stand in it. */
function headerOf({ parsed: { inHeader } }: LineTemplate, values: Readonly<Record<string, FieldValue>>): Uint8Array {
  const bytes = new Uint8Array(64);
  for (const { at, type, name } of inHeader) {
    const value = values[name];
    const digits =
      typeof value === 'number'
        ? value.toString(16).padStart((type.octets ?? 0) * 2, '0')
        : type === FIELD_TYPES.ip6
          ? `fe80${'0'.repeat(24)}${value.slice('fe80::'.length)}`
          : value.replaceAll(':', '');
    bytes.set(Buffer.from(digits, 'hex'), at);
  }
  return bytes;
}

describe('templates of trace lines', () => {
  for (const template of LINES)
    it(`${template.name}: \`${template.source}\``, () => {
      fc.assert(
        fc.property(valuesOf(template), (values) => {
          const text = template.printHeader(headerOf(template, values), 0, values).trim();
          const match = template.match(text);
          expect(match, text).to.include({ isCut: false, hasMore: false });
          for (const { name, type } of template.parsed.fields.values()) {
            const found = match?.values[name];
            if (found === undefined) {
              // An empty word does not show.
              expect(type.print(values[name] as never, null as never), `${text} ${name}`).to.equal('');
              continue;
            }
            const read = type.read === undefined || type === FIELD_TYPES.ip ? found.text : type.read(found.text);
            expect(type === FIELD_TYPES.ip6 ? read?.toString().replace(/:0*/g, ':') : read, `${text} ${name}`).to.equal(
              type === FIELD_TYPES.ip6 ? String(values[name]).replace(/:0*/g, ':') : values[name],
            );
          }
        }),
        { numRuns: 30 },
      );
    });

  it('matches as far as a cut line goes, and has the fields before the cut', () => {
    for (const template of LINES)
      fc.assert(
        fc.property(valuesOf(template), fc.nat(200), (values, end) => {
          const text = template.printHeader(headerOf(template, values), 0, values).trim();
          const cut = text.slice(0, end).trimEnd();
          const [whole, part] = [template.match(text), template.match(cut)];
          for (const [name, value] of Object.entries(part?.values ?? {}))
            if (value?.isOpen === false)
              // Octets of a line that goes on are what is there.
              expect(whole?.values[name]?.text.startsWith(value.text), `${cut} ${name}`).to.equal(true);
        }),
        { numRuns: 20 },
      );
  });
});

describe('records of all layouts', () => {
  const tables = applyScript(
    parseScript('create packet-generator interface pg0\nset interface ip address pg0 10.0.0.1/24', 'n'),
  );
  const errorNames = ['null-node: blackholed packets', 'ip4-input: ip4 ttl <= 1'];
  for (const wording of TRACE_WORDINGS)
    for (const layout of layouts)
      it(`prints lines of its own in the words of ${wording.name}: ${layout.fields.join(' ') || 'a packet'} (${layout.id})`, () => {
        const context = { wording, tables, errorNames, nodeNames: [], handle: 0 };
        const own = linesOfLayout(layout);
        fc.assert(
          fc.property(
            fc.array(fc.nat(1), { minLength: layout.fields.length, maxLength: layout.fields.length }),
            fc.uint8Array({ minLength: layout.dataBytes, maxLength: layout.dataBytes }),
            (fields, data) => {
              const record = {
                node: 0,
                layoutId: layout.id,
                fields: Int32Array.from(fields),
                data,
                dataLength: data.length,
              };
              const text = linesOfRecord(record, context);
              if (own.length === 0) return;
              // A TCP header without options ends in an empty line.
              for (const printed of text.filter((printed) => printed.trim() !== '')) {
                const matches = own.map((template) => template.match(printed.trim()));
                expect(
                  matches.some((match) => match?.isCut === false && !match.hasMore),
                  printed,
                ).to.equal(true);
              }
            },
          ),
          { numRuns: 30 },
        );
      });

  it('has a wording for each', () => {
    for (const layout of layouts) expect(linesOfLayout(layout)).to.be.an('array');
    expect(parseTrace('').packets).to.deep.equal([]);
  });
});
