/** Rewriting at one go must give what rewriting step by step gives, for every checksum there is. */

import { expect } from 'chai';
import fc from 'fast-check';
import { FrameBatch } from '../../../src/capture/frame-batch.js';
import { deltaOf } from '../../../src/pipeline/flow-cache/checksum-delta.js';
import { rewriteFlows, rewriteInSteps } from '../../../src/pipeline/flow-cache/flow-rewrite.js';
import * as field from '../../../src/pipeline/flow-cache/flow-record.js';
import * as part from '../../../src/pipeline/engine/flow-part.js';
import * as words from '../../../src/wire/header-loads.js';
import * as ip4 from '../../../src/wire/ip4.js';

const FRAME_BYTES = 60;

/** A flow's record as writeFlow would make it. */
function recordOf(protocol: number, action: number, before: readonly number[], after: readonly number[]): Int32Array {
  const [source, destination, ports] = before;
  const changesBoth = (action & (part.FLOW_IN_ENDS | part.FLOW_OUT_ENDS)) !== 0;
  const changesSource = changesBoth || (action & (part.FLOW_IN_SOURCE | part.FLOW_OUT_SOURCE)) !== 0;
  const changesDestination = changesBoth || (action & part.FLOW_IN_DESTINATION) !== 0;
  const finalSource = changesSource ? after[0] : source;
  const finalDestination = changesDestination ? after[1] : destination;
  const finalPorts =
    ((changesSource ? after[2] : ports) & ~0xffff) | ((changesDestination ? after[2] : ports) & 0xffff);
  const record = new Int32Array(field.FLOW_WORDS);
  record[field.PROTOCOL_RX] = protocol | (1 << 8);
  record[field.ACTION] = action;
  record[field.FINAL_SOURCE] = finalSource;
  record[field.FINAL_DESTINATION] = finalDestination;
  record[field.FINAL_PORTS] = finalPorts;
  record.set([0x02000000, 0x12345678, 0x7fedcba9], field.REWRITE);
  const addressDelta = deltaOf(source, finalSource) + deltaOf(destination, finalDestination);
  record[field.IP_DELTA] = addressDelta + deltaOf(words.ONE_HOP, 0);
  record[field.L4_DELTA] = addressDelta + deltaOf(ports, finalPorts);
  return record;
}

describe('rewriting of packets that follow a flow', () => {
  const word = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(0, -1, 1, 0xffff, -65536));
  const packet = fc.tuple(word, word, word);
  for (const { name, protocol, action } of [
    { name: 'TCP, source at input', protocol: 6, action: part.FLOW_IN_SOURCE },
    { name: 'TCP, destination at input', protocol: 6, action: part.FLOW_IN_DESTINATION },
    { name: 'TCP, source at output', protocol: 6, action: part.FLOW_OUT_SOURCE },
    { name: 'TCP, both', protocol: 6, action: part.FLOW_IN_DESTINATION | part.FLOW_OUT_SOURCE },
    { name: 'TCP, both ends at input', protocol: 6, action: part.FLOW_IN_ENDS },
    { name: 'TCP, both ends at output', protocol: 6, action: part.FLOW_OUT_ENDS },
    { name: 'UDP, both ends at input', protocol: 17, action: part.FLOW_IN_ENDS },
    { name: 'UDP, destination at input', protocol: 17, action: part.FLOW_IN_DESTINATION },
    { name: 'UDP, source at output', protocol: 17, action: part.FLOW_OUT_SOURCE },
    { name: 'UDP, not translated', protocol: 17, action: 0 },
  ])
    it(`gives what the nodes give: ${name}`, () => {
      fc.assert(
        fc.property(packet, packet, (before, after) => {
          const records = recordOf(protocol, action, before, after);
          const batch = new FrameBatch(new Uint8Array(FRAME_BYTES), 2);
          batch.count = 1;
          const { view } = batch;
          const stepped = new DataView(new ArrayBuffer(FRAME_BYTES));
          // Every 16-bit value, IP and L4 checksum at once: that of the IP header is not looked at any more.
          for (let checksum = 0; checksum <= 0xffff; checksum++) {
            for (const each of [view, stepped]) {
              words.setTtlAndChecksum(each, 0, 0x4000 | protocol, checksum);
              words.setSource(each, 0, before[0]);
              words.setDestination(each, 0, before[1]);
              words.setPorts(each, 0, before[2]);
              const isTcp = protocol === ip4.PROTOCOL_TCP;
              each.setUint16(isTcp ? words.TCP_CHECKSUM : words.UDP_CHECKSUM, checksum);
            }
            rewriteFlows(batch, 0, 1, records);
            rewriteInSteps(stepped, 0, records, 0);
            for (let at = 0; at < FRAME_BYTES; at += 4)
              if (view.getInt32(at) !== stepped.getInt32(at)) expect.fail(`checksum ${checksum}, byte ${at}`);
          }
        }),
        { numRuns: 8, seed: 1624 },
      );
    });
});
