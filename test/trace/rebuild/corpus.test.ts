/** Frames rebuilt from the recordings' traces, against the frames that were sent and received: every known bit must be right. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { casesOf, corporaIn } from '../../../tools/oracle/corpora.js';
import { loadOracleCase, type RecordedFrame } from '../../../tools/oracle/oracle-case.js';
import { importTrace } from '../../../src/trace/import/imported-trace.js';
import { knownBytes, type RebuiltFrame } from '../../../src/trace/rebuild/rebuilt-frame.js';
import { CORPORA } from '../../oracle/floor.js';

/** Share of the input frames' bytes that the texts of a release show; payload behind the dump is the rest. */
const KNOWN_SHARE: Readonly<Record<string, number>> = { '19.08': 0.71, '26.06': 0.61 };

/** 'byte 16 (line 12): 0a instead of 0b' for known bits that are wrong. */
function wrongBytes({ bytes, mask, lines }: RebuiltFrame, truth: Uint8Array): string[] {
  if (bytes.length !== truth.length) return [`length ${bytes.length} instead of ${truth.length}`];
  return Array.from(bytes, (byte, at) =>
    (byte ^ truth[at]) & mask[at] ? `byte ${at} (line ${lines[at]})` : '',
  ).filter((text) => text !== '');
}

interface Share {
  known: number;
  all: number;
}

/** Traces of IPv6 and of tagged frames are printed and compared, not rebuilt. */
const corpora = corporaIn(CORPORA).filter(({ folder }) => !folder.includes('ip6-vlan'));

describe(`frames rebuilt from the recordings' traces${corpora.length > 0 ? '' : ` (skipped: no corpus at ${CORPORA})`}`, () => {
  const shares = new Map<string, Share>();

  const cases = corpora.flatMap((corpus) => casesOf(corpus).map((name) => ({ ...corpus, name })));
  for (const { release, folder, name } of cases)
    it(`${release} ${name}`, async () => {
      const share = shares.get(release) ?? { known: 0, all: 0 };
      shares.set(release, share);
      const { input, output, verdicts } = await loadOracleCase(folder, name);
      const { packets, hasCutLines } = importTrace(
        gunzipSync(readFileSync(join(folder, name, 'trace.txt.gz'))).toString(),
      );
      expect(hasCutLines).to.be.false;
      expect(packets).to.have.length(input.length);
      const wrong: string[] = [];
      for (const [i, packet] of packets.entries()) {
        expect(packet.path, `path of frame ${i + 1}`).to.deep.equal(verdicts[i].nodes);
        expect(packet.rx.name ?? input[i].interfaceName, `interface of frame ${i + 1}`).to.equal(
          input[i].interfaceName,
        );
        if (packet.input === null) wrong.push(`frame ${i + 1}: not rebuilt`);
        else {
          wrong.push(...wrongBytes(packet.input, input[i].bytes).map((text) => `frame ${i + 1}: ${text}`));
          share.known += knownBytes(packet.input);
          share.all += packet.input.bytes.length;
        }
        const sent = verdicts[i].out.map((out) => output[out]);
        for (const { interfaceName, frame, line } of packet.outputs) {
          const isSent = (candidate: RecordedFrame): boolean =>
            candidate.interfaceName === interfaceName && wrongBytes(frame, candidate.bytes).length === 0;
          if (!sent.some(isSent)) wrong.push(`frame ${i + 1}: what leaves by line ${line} was not sent`);
        }
      }
      expect(wrong).to.deep.equal([]);
    }).timeout(60_000);

  for (const [release, share] of Object.entries(corpora.length > 0 ? KNOWN_SHARE : {}))
    it(`shows ${share * 100} % of all bytes of ${release}`, () => {
      const { known, all } = shares.get(release) ?? { known: 0, all: 1 };
      expect(known / all).to.be.at.least(share);
    });
});
