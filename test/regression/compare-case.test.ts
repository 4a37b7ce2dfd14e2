import { expect } from 'chai';
import type { Verdict } from '../../src/pipeline/verdicts.js';
import { parseCase, type CaseDescription } from '../../src/regression/case.js';
import { compareDrops, compareNodes, compareOutputs } from '../../src/regression/compare-case.js';
import type { Packet } from '../../src/verify/lane.js';

const description = (more: string): CaseDescription =>
  parseCase(
    `{ title: t, description: d, origin: by hand, config: built-in, captures: [{ file: a }], expected: { file: b }, ${more} }`,
    'c',
  );

const verdict = (nodes: string[], drop: string | null): Verdict => ({
  frame: 0,
  rx: 'tap2',
  nodes,
  drop,
  out: [],
  counters: {},
  disposition: drop === null ? 'transmitted' : 'dropped',
  cause: drop === null ? null : 'ACL 1 rule 2 denies it',
});

const packet = (frame: number, interfaceName: string, ...bytes: number[]): Packet => {
  const whole = new Uint8Array(34);
  whole.set(bytes);
  return { frame, interfaceName, linkType: 1, originalLength: 34, bytes: whole };
};

const DENY = 'acl-plugin-out-ip4-fa: ACL deny packets';
const DENY_LISTED = 'expectedDrops: [{ node: acl-plugin-out-ip4-fa, reason: ACL deny packets, count: 1 }]';

describe('drops of a case', () => {
  const CASES: { name: string; listed: string; drops: (string | null)[]; expected: string[] }[] = [
    { name: 'none, none listed', listed: '', drops: [null], expected: [] },
    { name: 'as listed', listed: DENY_LISTED, drops: [null, DENY], expected: [] },
    {
      name: 'one that is not listed',
      listed: '',
      drops: [DENY],
      expected: [`input frame 1 on tap2 was dropped (${DENY}): ACL 1 rule 2 denies it`],
    },
    {
      name: 'one listed that does not happen',
      listed: DENY_LISTED,
      drops: [null],
      expected: [`expected 1 more of the drop "${DENY}"`],
    },
    {
      name: 'one for the wrong reason',
      listed: DENY_LISTED,
      drops: ['ip4-input: ip4 ttl <= 1'],
      expected: [
        'input frame 1 on tap2 was dropped (ip4-input: ip4 ttl <= 1): ACL 1 rule 2 denies it',
        `expected 1 more of the drop "${DENY}"`,
      ],
    },
  ];
  for (const { name, listed, drops, expected } of CASES)
    it(name, () => {
      expect(
        compareDrops(
          description(listed),
          drops.map((drop) => verdict([], drop)),
        ),
      ).to.deep.equal(expected);
    });
});

describe('node paths of a case', () => {
  const listed = 'nodes: [{ frame: SYN, path: [ip4-input, ip4-lookup, ip4-rewrite] }]';
  const CASES: { name: string; visited: string[]; expected: string[] }[] = [
    { name: 'the same', visited: ['ip4-input', 'ip4-lookup', 'ip4-rewrite'], expected: [] },
    {
      name: 'another',
      visited: ['ip4-input', 'ip4-lookup', 'ip4-drop'],
      expected: ['input frame 1 (SYN): expected ip4-rewrite behind ip4-lookup, got ip4-drop'],
    },
    {
      name: 'shorter',
      visited: ['ip4-input', 'ip4-lookup'],
      expected: ['input frame 1 (SYN): expected ip4-rewrite behind ip4-lookup, got the end'],
    },
    {
      name: 'longer',
      visited: ['ip4-input', 'ip4-lookup', 'ip4-rewrite', 'drop'],
      expected: ['input frame 1 (SYN): expected the end behind ip4-rewrite, got drop'],
    },
  ];
  for (const { name, visited, expected } of CASES)
    it(name, () => {
      expect(compareNodes(description(listed), [verdict(visited, null)])).to.deep.equal(expected);
    });

  it('one for every input frame', () => {
    expect(compareNodes(description(listed), [])).to.deep.equal([
      'the case describes 1 input frames, the captures have 0',
    ]);
  });
});

describe('output of a case', () => {
  it('on the right interface', () => {
    const differences = compareOutputs(description(''), [packet(1, 'tap2', 1)], [packet(1, 'tap3', 1)], true);
    expect(differences).to.have.length(2);
    expect(differences[0]).to.match(/^frame 1 on tap3 of the expected capture is missing/);
    expect(differences[1]).to.match(/^frame 1 on tap2 is not expected/);
  });

  it('in the right order over all interfaces, where one capture tells it', () => {
    const expected = [packet(1, 'tap2', 1), packet(2, 'tap3', 2)];
    const actual = [packet(1, 'tap3', 2), packet(2, 'tap2', 1)];
    expect(compareOutputs(description(''), actual, expected, false)).to.deep.equal([]);
    expect(compareOutputs(description(''), actual, expected, true)).to.deep.equal([
      'frame 1 of the output leaves by tap3, expected tap2: the frames are right, their order is not',
    ]);
  });

  it('but for volatile fields', () => {
    const ipId = [...new Array<number>(18).fill(0), 7];
    const [actual, expected] = [[packet(1, 'tap2', ...ipId)], [packet(1, 'tap2')]];
    expect(compareOutputs(description(''), actual, expected, true)).to.have.length(1);
    expect(
      compareOutputs(description('volatile: [{ out: 0, fields: [ip.id] }]'), actual, expected, true),
    ).to.deep.equal([]);
  });

  it('without interfaces, where the expected capture names none', () => {
    const nameless = { ...packet(1, '', 1), interfaceName: null };
    expect(compareOutputs(description(''), [packet(1, 'tap2', 1)], [nameless], true)).to.deep.equal([]);
  });
});
