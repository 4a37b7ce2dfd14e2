/** The nodes of bridge domains. */

import type { AnyNode } from '../engine/node.js';
import { featureArcNodes } from './l2-feat-arc.js';
import { l2Flood } from './l2-flood.js';
import { l2Fwd } from './l2-fwd.js';
import { arpTermination, featureBitmapDrop, l2Input } from './l2-input.js';
import { l2Learn } from './l2-learn.js';
import { l2Output } from './l2-output.js';

export const l2Nodes: readonly AnyNode[] = [
  l2Input,
  l2Learn,
  l2Fwd,
  l2Flood,
  l2Output,
  ...featureArcNodes,
  arpTermination,
  featureBitmapDrop,
];
