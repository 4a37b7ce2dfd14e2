/**
 * The fewest packets that have to be moved to bring a sequence into order: those outside of the heaviest increasing subsequence.
 * A Fenwick tree over the ranks holds the best weight of a subsequence that ends at or below each rank: n log n.
 *
 * @param values position of each item in the other sequence; all different
 * @param weights packets each item stands for
 * @returns 1 for each item that is in order
 */
export function inOrder(values: readonly number[], weights: readonly number[]): Uint8Array {
  const count = values.length;
  const rank = new Int32Array(count);
  for (const [position, item] of byValue(values).entries()) rank[item] = position + 1;
  /** Weight and last item of the best subsequence in a node's range of ranks. */
  const best = new Float64Array(count + 1);
  const bestItem = new Int32Array(count + 1).fill(-1);
  const before = new Int32Array(count);
  let heaviest = 0;
  let last = -1;
  for (let item = 0; item < count; item++) {
    let weight = 0;
    let previous = -1;
    for (let node = rank[item]; node > 0; node -= node & -node) {
      if (best[node] <= weight) continue;
      weight = best[node];
      previous = bestItem[node];
    }
    before[item] = previous;
    weight += weights[item];
    for (let node = rank[item]; node <= count; node += node & -node) {
      if (best[node] >= weight) continue;
      best[node] = weight;
      bestItem[node] = item;
    }
    if (weight <= heaviest) continue;
    heaviest = weight;
    last = item;
  }
  const kept = new Uint8Array(count);
  for (let item = last; item >= 0; item = before[item]) kept[item] = 1;
  return kept;
}

/** The items' numbers in the order of their values. */
export const byValue = (values: readonly number[]): number[] =>
  values.map((_, item) => item).sort((a, b) => values[a] - values[b]);
