/**
 * The fewest packets that have to be moved to bring a sequence into order: those outside of the heaviest increasing subsequence.
 * A Fenwick tree over the ranks holds the best weight of a subsequence that ends at or below each rank: n log n.
 */

/**
 * @param ranks position of each item in the other sequence; all different
 * @param weights packets each item stands for
 * @returns 1 for each item that is in order
 */
export function inOrder(ranks: ArrayLike<number>, weights: ArrayLike<number>): Uint8Array {
  const count = ranks.length;
  const kept = new Uint8Array(count);
  const byRank = ascending(ranks);
  const rank = new Int32Array(count);
  for (let position = 0; position < count; position++) rank[byRank[position]] = position + 1;
  const best = new Float64Array(count + 1); // weight of the best subsequence in a node's range of ranks
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
  for (let item = last; item >= 0; item = before[item]) kept[item] = 1;
  return kept;
}

/** Up to here an insertion sort, without the call per comparison, is the faster one. */
const FEW = 16;

/** The items' numbers in the order of their values, which are all different. */
export function ascending(values: ArrayLike<number>): Int32Array {
  const order = new Int32Array(values.length);
  for (let item = 0; item < order.length; item++) order[item] = item;
  if (order.length > FEW) return order.sort((a, b) => values[a] - values[b]);
  for (let end = 1; end < order.length; end++) {
    const item = order[end];
    let at = end;
    for (; at > 0 && values[order[at - 1]] > values[item]; at--) order[at] = order[at - 1];
    order[at] = item;
  }
  return order;
}
