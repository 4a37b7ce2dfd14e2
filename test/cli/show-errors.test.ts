import { expect } from 'chai';
import { showErrors } from '../../src/cli/common/replay-summary.js';

describe('show errors', () => {
  it('is laid out as VPP prints it', () => {
    // The recording A-seed0, sessions.txt.
    expect(
      showErrors([
        { name: 'null-node: blackholed packets', count: 3 },
        { name: 'nat44-out2in: good out2in packets processed', count: 154 },
        { name: 'nat44-in2out-output-slowpath: unsupported protocol', count: 7 },
        { name: 'acl-plugin-out-ip4-fa: ACL deny packets', count: 30 },
        { name: 'ip4-input: ip4 ttl <= 1', count: 3 },
      ]),
    ).to.deep.equal([
      '   Count                    Node                  Reason',
      '         3                null-node               blackholed packets',
      '       154              nat44-out2in              good out2in packets processed',
      '         7      nat44-in2out-output-slowpath      unsupported protocol',
      '        30          acl-plugin-out-ip4-fa         ACL deny packets',
      '         3                ip4-input               ip4 ttl <= 1',
    ]);
  });

  it('prints nothing where nothing was counted', () => {
    expect(showErrors([])).to.deep.equal([]);
  });
});
