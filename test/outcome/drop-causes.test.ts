import { join } from 'node:path';
import { expect } from 'chai';
import { builtInScript } from '../../src/config/locate.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { replay } from '../../src/replay/replay.js';
import { ROOT } from '../cli/run-vppcap.js';

const capturesOf = (name: string) => [{ path: join(ROOT, 'expectations', name, 'in.pcapng'), interfaceName: null }];

describe('pipeline/drop-causes', () => {
  const cases = [
    {
      name: 'acl-deny-to-pod',
      expected: /^denied on output of \S+ by ACL 4 "pod" rule 4 \(deny .*contiv-node\.vpp:\d+$/,
    },
    { name: 'ttl-expiry', expected: /TTL/ },
  ];
  for (const { name, expected } of cases)
    it(`names what really ended the frames of ${name}`, async () => {
      const script = parseScriptFile(builtInScript());
      const options = { captures: capturesOf(name), script, output: null, drops: null, verdicts: null };
      const { dropCauses, totals } = await replay(options);
      expect(dropCauses.map(({ cause }) => cause)).to.satisfy((all: string[]) =>
        all.some((cause) => expected.test(cause)),
      );
      expect(dropCauses.reduce((sum, { count }) => sum + count, 0)).to.equal(totals.dropped + totals.punted);
    });
});
