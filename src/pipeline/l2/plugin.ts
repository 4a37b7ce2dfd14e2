/** Bridge domains. */

import type { Plugin } from '../plugin.js';
import { BridgeDomains } from './bridge-domains.js';
import { l2Commands, l2View } from './commands.js';
import { tagRewriteCommand } from './tag-rewrite-command.js';
import { featureArcNodes } from './l2-feat-arc.js';
import { l2Flood } from './l2-flood.js';
import { l2Fwd } from './l2-fwd.js';
import { arpTermination, featureBitmapDrop, l2Input } from './l2-input.js';
import { l2InputVtr } from './l2-input-vtr.js';
import { l2Learn } from './l2-learn.js';
import { l2Output } from './l2-output.js';
import { l2Remedies } from './l2-remedies.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly bridgeDomains: BridgeDomains;
  }
}

export const l2: Plugin = {
  name: 'l2',
  state: ({ interfaces, saved }) => {
    const bridgeDomains = new BridgeDomains(interfaces);
    saved.add(bridgeDomains.fib.saved);
    return { bridgeDomains };
  },
  nodes: [
    l2Input,
    l2InputVtr,
    l2Learn,
    l2Fwd,
    l2Flood,
    l2Output,
    ...featureArcNodes,
    arpTermination,
    featureBitmapDrop,
  ],
  commands: [...l2Commands, tagRewriteCommand],
  view: l2View,
  remedies: l2Remedies,
};
