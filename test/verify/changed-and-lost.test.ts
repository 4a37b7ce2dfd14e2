import { expect } from 'chai';
import { causesOf, compare, OUTSIDE, POOL } from './hex-captures.js';
import { echoIp, frame, tcpIp, udpIp } from './packets.js';

const NONE = { changed: 0, missing: 0, unexpected: 0, reordered: 0, mistimed: 0 };
const BATCHES = [1, 7, 1000];
const PACKETS = 5000;
/** An address of no pool. */
const ELSEWHERE = '192.168.16.2';

const count = (length: number): number[] => Array.from({ length }, (_, n) => n);

describe('ports that cannot stand for each other', () => {
  const rows: readonly {
    readonly name: string;
    /** A packet of, or to, an address, by its number. */
    readonly packet: (address: string, n: number) => string;
    readonly field: 'ip4.src' | 'ip4.dst';
    readonly checksums: readonly string[];
  }[] = [
    {
      name: 'TCP',
      packet: (address, n) => frame(tcpIp({ from: `${address}:${2000 + (n % 700)}`, id: n, seq: n })),
      field: 'ip4.src',
      checksums: ['ip4.checksum', 'tcp.checksum'],
    },
    {
      name: 'UDP',
      packet: (address, n) => frame(udpIp({ from: `${address}:${2000 + (n % 700)}`, id: n })),
      field: 'ip4.src',
      checksums: ['ip4.checksum', 'udp.checksum'],
    },
    {
      name: 'replies',
      packet: (address, n) => frame(tcpIp({ from: '8.8.8.8:53', to: `${address}:${2000 + (n % 700)}`, id: n, seq: n })),
      field: 'ip4.dst',
      checksums: ['ip4.checksum', 'tcp.checksum'],
    },
    {
      name: 'ICMP identifiers',
      packet: (address, n) => frame(echoIp({ from: address, to: '8.8.8.8', ident: 2000 + (n % 700), id: n, seq: n })),
      field: 'ip4.src',
      checksums: ['ip4.checksum'],
    },
  ];
  for (const { name, packet, field, checksums } of rows)
    for (const [where, theirs, ours] of [
      ['expected', OUTSIDE, ELSEWHERE],
      ['actual', ELSEWHERE, OUTSIDE],
    ] as const)
      for (const listedDifferences of [0, 1000])
        it(`stay where they are: ${name}, the ${where} address is the pool's, ${listedDifferences} differences listed`, async () => {
          for (const batchSize of BATCHES) {
            const report = await compare(
              count(2000).map((n) => packet(ours, n)),
              count(2000).map((n) => packet(theirs, n)),
              { natPool: POOL, listedDifferences },
              [batchSize],
            );
            expect(causesOf(report)).to.deep.equal([`2000 × ${field} expected ${theirs}, got ${ours}`]);
            expect(report.counts).to.deep.equal({ ...NONE, changed: 2000 });
            expect(report.boundPorts).to.deep.equal([]);
            const [{ first }] = report.groups;
            expect(first.ports).to.deep.equal([]);
            const consequences = first.fields.filter(({ isConsequence }) => isConsequence === true);
            expect(consequences.map((each) => each.field)).to.deep.equal(checksums);
            expect(first.fields).to.have.lengthOf(checksums.length + 1);
          }
        });

  it('stay where they are beside ports that can', async () => {
    const session = (address: string, port: number, n: number): string =>
      frame(tcpIp({ from: `${address}:${port}`, id: n, seq: n }));
    const report = await compare(
      count(400).map((n) => (n % 4 === 0 ? session(ELSEWHERE, 3000 + n, n) : session(OUTSIDE, 25801, n))),
      count(400).map((n) => (n % 4 === 0 ? session(OUTSIDE, 3000 + n, n) : session(OUTSIDE, 41137, n))),
      { natPool: POOL },
    );
    expect(causesOf(report)).to.deep.equal([`100 × ip4.src expected ${OUTSIDE}, got ${ELSEWHERE}`]);
    expect(report.matched).to.equal(300);
    expect(report.boundPorts.map(({ expected, actual, packets }) => [expected, actual, packets])).to.deep.equal([
      [41137, 25801, 300],
    ]);
  });
});

describe('captures whose packets all have another TTL', () => {
  const packet = (n: number, ttl: number, flows: number): string =>
    frame(tcpIp({ from: `${OUTSIDE}:${5000 + (n % flows)}`, id: n, seq: n, ttl }));
  const numbers = count(PACKETS);

  for (const { name, isLost, lost } of [
    { name: 'one packet in 50', isLost: (n: number) => n % 50 === 25, lost: 100 },
    { name: 'the first and the last', isLost: (n: number) => n === 0 || n === PACKETS - 1, lost: 2 },
    { name: 'two next to each other in 50', isLost: (n: number) => n % 50 > 47, lost: 200 },
    // More than are looked ahead.
    { name: '40 in a row, five times', isLost: (n: number) => n % 1000 < 40, lost: 200 },
  ])
    for (const flows of [1, 3, 50])
      it(`are one cause, and those that are lost are missing: ${name}, ${flows} flows`, async () => {
        const [all, left] = [numbers, numbers.filter((n) => !isLost(n))];
        const kept = PACKETS - lost;
        const lostFlows = new Set(all.filter(isLost).map((n) => n % flows)).size;
        for (const [batchSize, options] of [
          [1, { natPool: POOL }],
          [7, {}],
          [1000, { natPool: POOL, listedDifferences: 0 }],
          [1000, { order: 'any' }],
        ] as const) {
          const missing = await compare(
            left.map((n) => packet(n, 63, flows)),
            all.map((n) => packet(n, 64, flows)),
            options,
            [batchSize],
          );
          expect(missing.counts).to.deep.equal({ ...NONE, changed: kept, missing: lost });
          expect(missing.matched).to.equal(0);
          const [changed, ...others] = causesOf(missing);
          expect(changed).to.equal(`${kept} × ip4.ttl expected 64, got 63`);
          expect(others).to.have.lengthOf(lostFlows > 5 ? 1 : lostFlows);
          if (lostFlows > 5) expect(others).to.deep.equal([`${lost} × missing: packets of ${lostFlows} flows`]);
        }
        const unexpected = await compare(
          all.map((n) => packet(n, 63, flows)),
          left.map((n) => packet(n, 64, flows)),
        );
        expect(unexpected.counts).to.deep.equal({ ...NONE, changed: kept, unexpected: lost });
        expect(causesOf(unexpected)[0]).to.equal(`${kept} × ip4.ttl expected 64, got 63`);
      }).timeout(60_000);

  it('are told with the right places', async () => {
    const isLost = (n: number): boolean => n % 50 === 25;
    const { differences } = await compare(
      count(200)
        .filter((n) => !isLost(n))
        .map((n) => packet(n, 63, 1)),
      count(200).map((n) => packet(n, 64, 1)),
    );
    const found = differences.map(
      ({ kind, actual, expected }) => `${kind} ${expected?.frame ?? '-'} ${actual?.frame ?? '-'}`,
    );
    let gone = 0;
    const told = count(200).map((n) =>
      isLost(n) ? `missing ${n + 1} ${(gone++, '-')}` : `changed ${n + 1} ${n + 1 - gone}`,
    );
    expect([...found].sort()).to.deep.equal([...told].sort());
  });
});
