/**
 * Which sub-interface takes a frame: a table of frames and sub-interfaces, by hand from VPP 19.08 src/vnet/ethernet/ethernet.h
 * eth_identify_subint and src/vnet/ethernet/node.c (eth_input_tag_lookup, parse_header, ethernet_sw_interface_get_config). No
 * interface has an address: a frame that is taken ends there, and its cause names who took it.
 */

import { expect } from 'chai';
import { Bench, MACS } from '../packets.js';

const MAC = MACS.destination.replaceAll(':', '');
const SOURCE = '020000000103';
const IP4 = '4500001c0001000040115fbd0a010103080808081388177000080000';

const PORT = [
  'create packet-generator interface pg0',
  `set interface mac address pg0 ${MACS.destination}`,
  'set interface state pg0 up',
];
const SUB_INTERFACES = [
  '100',
  '7 dot1q 200',
  '20 dot1q 300 inner-dot1q 30 exact-match',
  '21 dot1q 300 inner-dot1q any',
  '22 dot1ad 300 exact-match',
  '23 dot1ad 400 inner-dot1q 40',
  '600-602',
];
const MADE = [100, 7, 20, 21, 22, 23, 600, 601, 602];
const DOWN = 'create sub-interfaces pg0 500';
const DEFAULT = ['create sub-interfaces pg0 99 default', 'set interface state pg0.99 up'];
const GENERIC = '# ethernet-input: generic';

const SCRIPT = [
  ...PORT,
  ...SUB_INTERFACES.map((of) => `create sub-interfaces pg0 ${of}`),
  ...MADE.map((id) => `set interface state pg0.${id} up`),
  DOWN,
];

const UNKNOWN = 'unknown vlan';
const IS_DOWN = 'subinterface down';
/** Of a type that no node takes. */
const TYPE = 'unknown ethernet type';

/** Tags as `q100` (0x8100) or `ad100` (0x88a8), `9100` and `9200` for the older types; behind each `:` a priority. */
const TYPES: Readonly<Record<string, string>> = { q: '8100', ad: '88a8', old: '9100' };

function frame(tags: string, type = '0800', destination = MAC): Uint8Array {
  const words = tags.split(' ').filter((tag) => tag !== '');
  const hex = words.map((word) => {
    const [, kind, id, priority = '0'] = /^([a-z]+)(\d+)(?::(\d))?$/.exec(word) ?? [];
    return TYPES[kind] + ((Number(priority) << 13) | Number(id)).toString(16).padStart(4, '0');
  });
  return Uint8Array.from(Buffer.from(destination + SOURCE + hex.join('') + type + IP4, 'hex'));
}

/** Who took the frame, or VPP's reason why nobody did. */
function takerOf(bench: Bench, bytes: Uint8Array): string {
  const { drop, cause } = bench.send('pg0', bytes).verdict;
  const reason = /^ethernet-input: (.*)/.exec(drop ?? '')?.[1];
  return (reason === 'no error' ? undefined : reason) ?? /pg0(\.\d+)?/.exec(cause ?? '')?.[0] ?? String(drop);
}

interface Row {
  readonly tags: string;
  readonly fast: string;
  /** Where the port has a default sub-interface, too. */
  readonly withDefault?: string;
  /** On the generic path; as on the fast one where nothing is said. */
  readonly generic?: string;
  readonly genericWithDefault?: string;
}

const ROWS: readonly Row[] = [
  { tags: '', fast: 'pg0' },
  // VLAN 0 in one tag is the port; the generic path takes any entry, the default sub-interface before the port
  { tags: 'q0', fast: 'pg0', genericWithDefault: 'pg0.99' },
  { tags: 'ad0', fast: 'pg0', genericWithDefault: 'pg0.99' },
  { tags: 'q0:5', fast: 'pg0', genericWithDefault: 'pg0.99' },
  { tags: 'q0 q100', fast: UNKNOWN, withDefault: 'pg0.99' },
  // exact-match: one tag of that id and type; priorities do not matter
  { tags: 'q100', fast: 'pg0.100' },
  { tags: 'q100:7', fast: 'pg0.100' },
  { tags: 'ad100', fast: UNKNOWN, withDefault: 'pg0.99' },
  { tags: 'q101', fast: UNKNOWN, withDefault: 'pg0.99' },
  { tags: 'q100 q1', fast: UNKNOWN, withDefault: 'pg0.99' },
  // the second tag has to be 802.1Q to be one: else it is an unknown type behind one tag
  { tags: 'q100 ad1', fast: TYPE },
  // not exact: one tag or more
  { tags: 'q200', fast: 'pg0.7' },
  { tags: 'q200 q1', fast: 'pg0.7' },
  // the fast path counts no third tag: it is an unknown type
  { tags: 'q200 q1 q2', fast: TYPE, generic: 'pg0.7' },
  // both tags before an inner "any", that before a single tag
  { tags: 'q300 q30', fast: 'pg0.20' },
  { tags: 'q300 q31', fast: 'pg0.21' },
  { tags: 'q300 q0', fast: 'pg0.21' },
  { tags: 'q300', fast: UNKNOWN, withDefault: 'pg0.99' },
  // three tags: the exact entry does not match, the inner "any" does
  { tags: 'q300 q30 q1', fast: TYPE, generic: 'pg0.21' },
  // 802.1ad has a table of its own
  { tags: 'ad300', fast: 'pg0.22' },
  { tags: 'ad300 q30', fast: UNKNOWN, withDefault: 'pg0.99' },
  { tags: 'ad400 q40', fast: 'pg0.23' },
  { tags: 'q400 q40', fast: UNKNOWN, withDefault: 'pg0.99' },
  { tags: 'ad400', fast: UNKNOWN, withDefault: 'pg0.99' },
  // 0x9100 is no tag to the fast path, and 802.1Q to the generic one
  { tags: 'old100', fast: 'null-node: blackholed packets', generic: 'pg0.100' },
  // a range
  { tags: 'q600', fast: 'pg0.600' },
  { tags: 'q602', fast: 'pg0.602' },
  { tags: 'q603', fast: UNKNOWN, withDefault: 'pg0.99' },
  // down
  { tags: 'q500', fast: IS_DOWN },
];

describe('sub-interfaces by tags', () => {
  const benches: readonly [string, Bench, (row: Row) => string][] = [
    ['fast', new Bench(SCRIPT), ({ fast }) => fast],
    ['fast, with a default sub-interface', new Bench([...SCRIPT, ...DEFAULT]), (row) => row.withDefault ?? row.fast],
    ['generic', new Bench([GENERIC, ...SCRIPT]), (row) => row.generic ?? row.fast],
    [
      'generic, with a default sub-interface',
      new Bench([GENERIC, ...SCRIPT, ...DEFAULT]),
      (row) => row.genericWithDefault ?? row.generic ?? row.withDefault ?? row.fast,
    ],
  ];
  for (const [path, bench, expected] of benches)
    for (const row of ROWS)
      it(`${path}: ${row.tags === '' ? 'no tag' : row.tags}`, () => {
        expect(takerOf(bench, frame(row.tags))).to.equal(expected(row));
      });

  it('the order of creation is that of sw_if_index, and a number that is there already makes none', () => {
    const { tables } = new Bench([...SCRIPT, 'create sub-interfaces pg0 100', 'create packet-generator interface pg1']);
    const names = tables.interfaces.all.map(({ name, hwIfIndex }) => `${name} ${hwIfIndex}`);
    expect(names.join()).to.equal(
      'local0 0,pg0 1,pg0.100 1,pg0.7 1,pg0.20 1,pg0.21 1,pg0.22 1,pg0.23 1,pg0.600 1,pg0.601 1,pg0.602 1,pg0.500 1,pg1 2',
    );
  });

  it('a range of one number is of VLAN 0, which one tag never names on the fast path', () => {
    const bench = new Bench([...PORT, 'create sub-interfaces pg0 5-5', 'set interface state pg0.5 up']);
    expect([takerOf(bench, frame('q5')), takerOf(bench, frame('q0'))]).to.deep.equal([UNKNOWN, 'pg0']);
  });
});

describe('destination MACs of frames with tags', () => {
  const FOREIGN = '02fe000000ff';
  const MISMATCH = 'l3 mac mismatch';
  const ADDRESS = ['set interface ip address pg0 10.9.0.1/24'];
  const BRIDGED = ['set interface l2 bridge pg0.7 5'];
  const LATER = '# release: 26.06';
  const rows: readonly [string, string[], tags: string, expected: string][] = [
    // 19.08: only where the port is promiscuous, which bridging makes it
    ['19.08', [], 'q100', 'pg0.100'],
    ['19.08, a sub-interface is bridged', BRIDGED, 'q100', MISMATCH],
    // 26.06: wherever IP may be; not where all of the port is bridged
    ['26.06', [LATER, ...ADDRESS], 'q100', MISMATCH],
    ['26.06, nothing enabled', [LATER], 'q100', MISMATCH],
    ['26.06, bridged and no IP', [LATER, ...BRIDGED], 'q100', 'pg0.100'],
    ['26.06, bridged and IP', [LATER, ...BRIDGED, ...ADDRESS], 'q100', MISMATCH],
    ['26.06, unknown VLAN', [LATER, ...ADDRESS], 'q101', MISMATCH],
  ];
  for (const [name, more, tags, expected] of rows)
    it(name, () => {
      const release = more.filter((line) => line.startsWith('#'));
      const bench = new Bench([...release, ...SCRIPT, ...more.filter((line) => !line.startsWith('#'))]);
      expect(takerOf(bench, frame(tags, '0800', FOREIGN))).to.equal(expected);
    });
});
