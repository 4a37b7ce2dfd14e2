import { expect } from 'chai';
import type { Verdict } from '../../src/outcome/verdicts.js';
import { parseCase, type CaseDescription } from '../../src/regression/case/case.js';
import { compareCounters, compareDrops, comparePaths } from '../../src/regression/compare/compare-verdicts.js';
import { frameNumbers, parseFrameNumbers } from '../../src/regression/compare/frame-numbers.js';

const description = (more: string): CaseDescription =>
  parseCase(
    `{ title: t, origin: by hand, config: built-in, captures: [{ file: a }], expect: { captures: [], ${more} } }`,
    'c',
  );

const verdict = (nodes: string[], drop: string | null, frame = 0): Verdict => ({
  frame,
  rx: 'tap2',
  nodes,
  drop,
  out: [],
  counters: {},
  file: 'in.pcap',
  number: frame + 1,
  disposition: drop === null ? 'transmitted' : 'dropped',
  cause: drop === null ? null : 'ACL 1 rule 2 denies it',
});

const DENY = 'acl-plugin-out-ip4-fa: ACL deny packets';
const TTL = 'ip4-input: ip4 ttl <= 1';
const DENY_LISTED = 'drops: [{ node: acl-plugin-out-ip4-fa, reason: ACL deny packets, count: 1 }]';

describe('drops of a case', () => {
  const CASES: { name: string; listed: string; drops: (string | null)[]; nodes?: string[]; expected: string[] }[] = [
    { name: 'none, none listed', listed: '', drops: [null], expected: [] },
    { name: 'as listed', listed: DENY_LISTED, drops: [null, DENY], expected: [] },
    {
      name: 'one that is not listed',
      listed: '',
      drops: [DENY],
      expected: [`input frame 1 on tap2 was dropped (${DENY}): ACL 1 rule 2 denies it`],
    },
    {
      name: 'one more than is listed, and nothing tells which',
      listed: DENY_LISTED,
      drops: [DENY, null, DENY],
      expected: [
        'expected 1 drop at acl-plugin-out-ip4-fa (ACL deny packets), got 2: frames 1 and 3\n' +
          '    frame 1 on tap2: ACL 1 rule 2 denies it\n    frame 3 on tap2: ACL 1 rule 2 denies it',
      ],
    },
    {
      name: 'one more than is listed, where the first should have left',
      listed: `${DENY_LISTED}, paths: [{ frames: 1-2, path: ip4-lookup tap1-output }, { frames: 3, path: error-drop drop }]`,
      drops: [DENY, null, DENY],
      nodes: ['error-drop', 'drop'],
      expected: [
        'expected 1 drop at acl-plugin-out-ip4-fa (ACL deny packets), got 2: frames 1 and 3\n' +
          '    new: frame 1 on tap2: ACL 1 rule 2 denies it',
      ],
    },
    {
      name: 'one more than is listed, where the last should have left',
      listed: `${DENY_LISTED}, paths: [{ frames: 3, path: ip4-lookup tap1-output }]`,
      drops: [DENY, null, DENY],
      nodes: ['error-drop', 'drop'],
      expected: [
        'expected 1 drop at acl-plugin-out-ip4-fa (ACL deny packets), got 2: frames 1 and 3\n' +
          '    new: frame 3 on tap2: ACL 1 rule 2 denies it',
      ],
    },
    {
      name: 'two more than are listed, of which the case knows one',
      listed: `${DENY_LISTED}, paths: [{ frames: 2, path: ip4-lookup tap1-output }]`,
      drops: [DENY, DENY, DENY],
      nodes: ['error-drop', 'drop'],
      expected: [
        'expected 1 drop at acl-plugin-out-ip4-fa (ACL deny packets), got 3: frames 1-3\n' +
          '    frame 1 on tap2: ACL 1 rule 2 denies it\n' +
          '    frame 2 on tap2: ACL 1 rule 2 denies it\n    frame 3 on tap2: ACL 1 rule 2 denies it',
      ],
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
      drops: [TTL],
      expected: [
        `input frame 1 on tap2 was dropped (${TTL}): ACL 1 rule 2 denies it`,
        `expected 1 more of the drop "${DENY}"`,
      ],
    },
    {
      name: 'two reasons of one frame, one of them listed',
      listed: DENY_LISTED,
      drops: [`${DENY}; ${TTL}`],
      expected: [`input frame 1 on tap2 was dropped (${TTL}): ACL 1 rule 2 denies it`],
    },
  ];
  for (const { name, listed, drops, nodes = [], expected } of CASES)
    it(name, () => {
      expect(
        compareDrops(
          description(listed),
          drops.map((drop, frame) => verdict(nodes, drop, frame)),
        ),
      ).to.deep.equal(expected);
    });
});

describe('counters of a case', () => {
  const listed = 'counters: { ip4-input: { ip4 ttl <= 1: 2 } }';
  const CASES: { name: string; listed: string; counters: [string, number][]; expected: string[] }[] = [
    { name: 'any, where none are told', listed: '', counters: [[DENY, 3]], expected: [] },
    { name: 'as told', listed, counters: [[TTL, 2]], expected: [] },
    { name: 'another number', listed, counters: [[TTL, 3]], expected: [`counter ${TTL}: expected 2, got 3`] },
    { name: 'none of it', listed, counters: [], expected: [`counter ${TTL}: expected 2, got 0`] },
    {
      name: 'one that is not told',
      listed,
      counters: [
        [TTL, 2],
        [DENY, 1],
      ],
      expected: [`counter ${DENY}: expected 0, got 1`],
    },
  ];
  for (const { name, listed: told, counters, expected } of CASES)
    it(name, () => {
      expect(compareCounters(description(told), new Map(counters))).to.deep.equal(expected);
    });
});

describe('node paths of a case', () => {
  const listed = 'paths: [{ frames: 1, what: SYN, path: ip4-input ip4-lookup ip4-rewrite }]';
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
      expect(comparePaths(description(listed), [verdict(visited, null)])).to.deep.equal(expected);
    });

  it('of several frames', () => {
    const several = description('paths: [{ frames: "1, 3-4", path: a }]');
    const verdicts = ['a', 'b', 'a', 'c'].map((node, frame) => verdict([node], null, frame));
    expect(comparePaths(several, verdicts)).to.deep.equal(['input frame 4: expected a, got c']);
  });

  it('of frames that there are', () => {
    expect(
      comparePaths(description('paths: [{ frames: 1-1000000000, path: a }]'), [verdict(['a'], null)]),
    ).to.deep.equal(['input frame 2: the case tells its path, but 1 frame was replayed']);
  });

  it('of frames that are replayed, whatever is between them', () => {
    const several = description('paths: [{ frames: 1-3, path: a }]');
    const verdicts = [verdict(['a'], null), verdict(['b'], null, 2)];
    expect(comparePaths(several, verdicts)).to.deep.equal([
      'input frame 2: the case tells its path, but it was not replayed',
      'input frame 3: expected a, got b',
    ]);
  });
});

describe('frame numbers in words', () => {
  const CASES: [numbers: number[], words: string | number][] = [
    [[7], 7],
    [[1, 2, 3], '1-3'],
    [[1, 2, 5, 7, 8], '1-2, 5, 7-8'],
  ];
  for (const [numbers, words] of CASES)
    it(String(words), () => {
      expect(frameNumbers(numbers)).to.equal(words);
      expect(parseFrameNumbers(words, 100)).to.deep.equal(numbers);
    });
});
