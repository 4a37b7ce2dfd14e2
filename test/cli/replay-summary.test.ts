import { expect } from 'chai';
import { replaySummaryLines } from '../../src/cli/common/replay-summary.js';
import { Arrivals } from '../../src/dataplane/arrivals.js';

const SEVENTH = { file: 'in.pcap', number: 7 };
const NOTHING_MADE = { transmitted: 0, dropped: 0, punted: 0 };
/** Where all frames were sound. */
const SOUND = { arrivals: new Arrivals().counts, fixed: null, lostCauses: [] };

describe('summary of a replay', () => {
  it('says where every frame went', () => {
    const lines = replaySummaryLines({
      captures: ['in.pcap'],
      totals: {
        received: 10,
        transmitted: 6,
        dropped: 2,
        punted: 1,
        consumed: 1,
        originated: { transmitted: 3, dropped: 1, punted: 0 },
      },
      interfaces: [
        { name: 'tap2', received: 7, transmitted: 4 },
        { name: 'GigabitEthernet0/8/0', received: 3, transmitted: 5 },
      ],
      counters: [{ name: 'ip4-input: ip4 ttl <= 1', count: 2 }],
      dropCauses: [{ cause: 'the TTL expired in transit to 8.8.8.8', count: 2, firstFrame: 6, ...SEVENTH }],
      notReplayed: [
        { reason: 'destination MAC 02:00:00:00:00:09 is that of no interface', count: 12 },
        { reason: 'shorter than an Ethernet header', count: 1 },
      ],
      damage: [],
      ...SOUND,
      lostCauses: [
        {
          cause: 'ICMP error: the source 10.1.1.1 is an address of the node itself',
          count: 1,
          firstFrame: 6,
          ...SEVENTH,
        },
      ],
    });
    expect(lines).to.deep.equal([
      'received 10 = transmitted 6 + dropped 2 + punted 1 + consumed 1',
      'made or released by nodes 4 = transmitted 3 + dropped 1 + punted 0',
      '',
      'interface               received  transmitted',
      'tap2                           7            4',
      'GigabitEthernet0/8/0           3            5',
      '',
      'not replayed: 13 frames',
      '        12  destination MAC 02:00:00:00:00:09 is that of no interface',
      '         1  shorter than an Ethernet header',
      '',
      'dropped or punted because',
      '         2  the TTL expired in transit to 8.8.8.8 (first: frame 7)',
      '',
      'made or released by nodes, and dropped or punted because',
      '         1  ICMP error: the source 10.1.1.1 is an address of the node itself (first: because of frame 7)',
      '',
      '   Count                    Node                  Reason',
      '         2                ip4-input               ip4 ttl <= 1',
    ]);
  });

  it('says of which capture a frame is where there are several', () => {
    const cause = { cause: 'the TTL expired in transit', count: 1, firstFrame: 6 };
    const totals = { received: 2, transmitted: 0, dropped: 2, punted: 0, consumed: 0, originated: NOTHING_MADE };
    const rest = { totals, interfaces: [], counters: [], notReplayed: [], damage: [], ...SOUND };
    const firsts = (captures: string[], files: string[]): string[] =>
      replaySummaryLines({ ...rest, captures, dropCauses: files.map((file) => ({ ...cause, file, number: 4 })) })
        .slice(-files.length)
        .map((line) => line.replace(/^.*\((first: .*)\)$/, '$1'));
    expect(firsts(['a/pod.pcap', 'a/up.pcap'], ['a/up.pcap', 'a/pod.pcap'])).to.deep.equal([
      'first: frame 4 of up.pcap',
      'first: frame 4 of pod.pcap',
    ]);
    expect(firsts(['a/in.pcap', 'b/in.pcap'], ['b/in.pcap'])).to.deep.equal(['first: frame 4 of b/in.pcap']);
  });

  it('is one line for an empty capture', () => {
    const totals = { received: 0, transmitted: 0, dropped: 0, punted: 0, consumed: 0, originated: NOTHING_MADE };
    expect(
      replaySummaryLines({
        captures: ['in.pcap'],
        totals,
        interfaces: [],
        counters: [],
        dropCauses: [],
        notReplayed: [],
        damage: [],
        ...SOUND,
      }),
    ).to.deep.equal(['received 0 = transmitted 0 + dropped 0 + punted 0 + consumed 0']);
  });
});
