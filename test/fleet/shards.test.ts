/** Which part of the work a machine does. */

import { expect } from 'chai';
import fc from 'fast-check';
import { parseShard, partOf } from '../../src/fleet/shards.js';

/** As the schedulers' manuals have their variables. */
const SCHEDULED: readonly {
  name: string;
  text: string;
  environment: Record<string, string>;
  shard: [number, number];
}[] = [
  { name: 'GitLab', text: 'auto', environment: { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '5' }, shard: [2, 5] },
  { name: 'CircleCI', text: 'auto', environment: { CIRCLE_NODE_INDEX: '0', CIRCLE_NODE_TOTAL: '3' }, shard: [1, 3] },
  {
    name: 'Buildkite',
    text: 'auto',
    environment: { BUILDKITE_PARALLEL_JOB: '4', BUILDKITE_PARALLEL_JOB_COUNT: '5' },
    shard: [5, 5],
  },
  {
    name: 'Azure Pipelines',
    text: 'auto',
    environment: { SYSTEM_JOBPOSITIONINPHASE: '1', SYSTEM_TOTALJOBSINPHASE: '2' },
    shard: [1, 2],
  },
  {
    name: 'a Slurm array 10-16:2',
    text: 'auto',
    environment: {
      SLURM_ARRAY_TASK_ID: '14',
      SLURM_ARRAY_TASK_MIN: '10',
      SLURM_ARRAY_TASK_COUNT: '4',
      SLURM_ARRAY_TASK_STEP: '2',
    },
    shard: [3, 4],
  },
  {
    name: 'AWS Batch',
    text: 'auto',
    environment: { AWS_BATCH_JOB_ARRAY_INDEX: '0', AWS_BATCH_JOB_ARRAY_SIZE: '9' },
    shard: [1, 9],
  },
  { name: 'an indexed Kubernetes Job', text: 'auto/7', environment: { JOB_COMPLETION_INDEX: '6' }, shard: [7, 7] },
  { name: 'a PBS array', text: 'auto/3', environment: { PBS_ARRAY_INDEX: '1' }, shard: [2, 3] },
];

const REFUSED: readonly { text: string; environment: Record<string, string>; says: RegExp }[] = [
  { text: '0/3', environment: {}, says: /--shard 0\/3: expected i\/n with i from 1 to n, such as 1\/4, or auto/ },
  { text: 'auto', environment: {}, says: /none of CI_NODE_INDEX, .*is set; --shard i\/n says which part it is/ },
  {
    text: 'auto',
    environment: { JOB_COMPLETION_INDEX: '0' },
    says: /Kubernetes does not tell how many parts there are; --shard auto\/N does/,
  },
  {
    text: 'auto',
    environment: { CI_NODE_INDEX: 'x', CI_NODE_TOTAL: '5' },
    says: /GitLab has CI_NODE_INDEX="x", no number/,
  },
  {
    text: 'auto/2',
    environment: { JOB_COMPLETION_INDEX: '2' },
    says: /the scheduler says part 3 of 2/,
  },
];

describe('fleet/shards', () => {
  it('--shard 2/7', () => {
    expect(parseShard('2/7', {})).to.deep.equal([2, 7]);
  });

  for (const { name, text, environment, shard } of SCHEDULED)
    it(`--shard ${text} in ${name}`, () => {
      expect(parseShard(text, environment)).to.deep.equal(shard);
    });

  for (const { text, environment, says } of REFUSED)
    it(`--shard ${text} with ${JSON.stringify(environment)} is refused`, () => {
      expect(() => parseShard(text, environment)).to.throw(says);
    });

  it('every item is of one part, whatever sizes, times and number of parts', () => {
    const item = fc.record({
      name: fc.string(),
      size: fc.nat(1000),
      time: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    });
    const items = fc.uniqueArray(item, { selector: ({ name }) => name, maxLength: 50 });
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 12 }), (all, n) => {
        const timings = new Map(all.flatMap(({ name, time }) => (time === null ? [] : [[name, time] as const])));
        const parts = Array.from({ length: n }, (_, i) => partOf(all, [i + 1, n], timings, ({ size }) => size));
        expect(parts.flat().map(({ name }) => name)).to.have.members(all.map(({ name }) => name));
        expect(parts.flat()).to.have.lengthOf(all.length);
      }),
    );
  });

  it('parts take equally long, as far as times tell', () => {
    const all = [90, 60, 50, 40, 20].map((time, at) => ({ name: `node-${String(at)}`, time }));
    const timings = new Map(all.map(({ name, time }) => [name, time]));
    const loads = [1, 2].map((i) => partOf(all, [i, 2], timings, () => 1).reduce((sum, { time }) => sum + time, 0));
    expect(loads).to.deep.equal([130, 130]);
  });

  it('equal weights are dealt out in turns', () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));
    expect(partOf(all, [1, 2], null, () => 1).map(({ name }) => name)).to.deep.equal(['a', 'c', 'e']);
  });
});
