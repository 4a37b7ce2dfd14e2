/** The table of flows: that it finds what was added while it grows, and nothing that it was not told of. */

import { expect } from 'chai';
import { allocateFlowMemory, FlowTable, MISSING } from '../../../src/pipeline/flow-cache/flow-table.js';

describe('the flow table', () => {
  const FLOWS = 40_000; // it grows twice
  const addresses = new Int32Array(8);
  const keyOf = (i: number) => ({
    source: 0x0a010000 + (i % 200),
    destination: 7,
    ports: i << 8,
    protocolRx: 0x106,
    addresses,
  });
  const table = new FlowTable(allocateFlowMemory());
  const find = (i: number, size: number, limit: number): number => {
    const { source, destination, ports, protocolRx } = keyOf(i);
    return table.find(source, destination, ports, protocolRx, size, limit);
  };
  const { size: firstSize } = table;
  const wrong: number[] = [];
  for (let i = 0; i < FLOWS; i++)
    if (table.add(keyOf(i)) !== i || find(i, table.size, table.count) !== i) wrong.push(i);

  it('finds each flow once it was added, and when all were', () => {
    for (let i = 0; i < FLOWS; i++) if (find(i, table.size, FLOWS) !== i) wrong.push(i);
    expect(wrong).to.deep.equal([]);
    expect(table.size).to.equal(firstSize * 4);
  });

  it('finds no other flow, nor one beyond the limit', () => {
    expect(find(FLOWS, table.size, FLOWS)).to.equal(MISSING);
    expect(find(5, table.size, 5)).to.equal(MISSING);
  });

  it('finds in its first slots what was there before it grew', () => {
    expect(find(0, firstSize, FLOWS)).to.equal(0);
    expect(find(firstSize / 2 - 1, firstSize, FLOWS)).to.equal(firstSize / 2 - 1);
  });
});
