/** Signals are heard only when the event loop turns: long work lets it, though files are read without waiting. */

import { expect } from 'chai';
import { FrameBatch, LINKTYPE_ETHERNET, type FrameReader } from '../../src/capture/frame-batch.js';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Dataplane } from '../../src/dataplane/dataplane.js';
import { feedCaptures } from '../../src/dataplane/feed-captures.js';
import { flowCacheOf, FlowPasses } from '../../src/dataplane/flow-passes.js';
import { Ingress } from '../../src/dataplane/ingress.js';
import { verifyCaptures } from '../../src/verify/verify.js';

const BATCHES = 40;

/** A capture of so many batches of one frame that never waits; `turned` tells how often the loop has turned meanwhile. */
class NeverWaiting implements FrameReader {
  readonly name = 'never waiting';
  readonly interfaces = [{ linkType: LINKTYPE_ETHERNET, snapLength: 0, name: 'tap2', timestampDigits: 6 }];
  readonly damage = null;
  turned = 0;
  private read = 0;
  private isOpen = true;

  constructor() {
    const turn = (): void => {
      this.turned++;
      if (this.isOpen) setImmediate(turn);
    };
    setImmediate(turn);
  }

  next(): Promise<FrameBatch | null> {
    if (this.read++ === BATCHES) {
      this.isOpen = false;
      return Promise.resolve(null);
    }
    const batch = new FrameBatch(new Uint8Array(512), 2);
    batch.count = 1;
    batch.offset[0] = 64;
    batch.capturedLength[0] = 60;
    batch.originalLength[0] = 60;
    return Promise.resolve(batch);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const feed = async (reader: FrameReader, hasFlowCache: boolean): Promise<void> => {
  const tables = applyScript(parseScript('create tap id 2\nset interface state tap2 up', 'node.vpp'));
  const dataplane = new Dataplane(tables, { transmit: () => undefined, discard: () => undefined }, !hasFlowCache);
  const ingress = new Ingress(dataplane, null);
  const passes = hasFlowCache
    ? new FlowPasses(flowCacheOf(dataplane, ingress), dataplane, ingress, { keep: () => undefined })
    : ingress;
  await feedCaptures([reader], [null], ingress, {}, passes);
  expect(dataplane.totals.received).to.equal(BATCHES);
};

describe('the event loop', () => {
  for (const { name, run, atLeast } of [
    { name: 'a replay with the flow cache', run: (reader: FrameReader) => feed(reader, true), atLeast: 2 },
    { name: 'a replay node by node', run: (reader: FrameReader) => feed(reader, false), atLeast: BATCHES - 1 },
    {
      name: 'a comparison',
      run: (reader: FrameReader) =>
        verifyCaptures([{ reader, interfaceName: null }], [{ reader: new NeverWaiting(), interfaceName: null }]),
      atLeast: 2,
    },
  ])
    it(`turns while ${name} runs`, async () => {
      const reader = new NeverWaiting();
      await run(reader);
      expect(reader.turned).to.be.at.least(atLeast);
    });
});
