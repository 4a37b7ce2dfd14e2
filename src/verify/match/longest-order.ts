/**
 * The fewest packets that have to be moved to bring a sequence into order: those outside of the heaviest increasing subsequence.
 * A Fenwick tree over the ranks holds the best weight of a subsequence that ends at or below each rank: n log n.
 */

/** What it is worked out in, kept from one sequence to the next: most are of two or three items, and there may be a million of them. */
let capacity = 0;
let byRank = new Int32Array(0);
let rank = new Int32Array(0);
let kept = new Uint8Array(0);
/** Weight and last item of the best subsequence in a node's range of ranks. */
let best = new Float64Array(0);
let bestItem = new Int32Array(0);
let before = new Float64Array(0);

function reserve(count: number, numbers: number): void {
  if (numbers > kept.length) kept = new Uint8Array(2 * numbers);
  if (count > capacity) {
    capacity = Math.max(64, 2 * count);
    byRank = new Int32Array(capacity);
    rank = new Int32Array(capacity);
    best = new Float64Array(capacity + 1);
    bestItem = new Int32Array(capacity + 1);
    before = new Float64Array(capacity);
  }
  best.fill(0, 0, count + 1);
  bestItem.fill(-1, 0, count + 1);
}

/**
 * @param values position of each item in the other sequence; all different
 * @param weights packets each item stands for
 * @param items the items in the order of their own sequence
 * @returns by the items' numbers: 1 for each that is in order. Good until the next call, and may be longer.
 */
export function findInOrder(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  items: Int32Array,
  count: number,
): Readonly<Uint8Array> {
  reserve(count, values.length);
  for (let k = 0; k < count; k++) before[k] = values[items[k]];
  sortByValue(before, byRank, count);
  for (let position = 0; position < count; position++) rank[byRank[position]] = position + 1;
  let heaviest = 0;
  let last = -1;
  for (let k = 0; k < count; k++) {
    let weight = 0;
    let previous = -1;
    for (let node = rank[k]; node > 0; node -= node & -node) {
      if (best[node] <= weight) continue;
      weight = best[node];
      previous = bestItem[node];
    }
    before[k] = previous;
    weight += weights[items[k]];
    for (let node = rank[k]; node <= count; node += node & -node) {
      if (best[node] >= weight) continue;
      best[node] = weight;
      bestItem[node] = k;
    }
    kept[items[k]] = 0;
    if (weight <= heaviest) continue;
    heaviest = weight;
    last = k;
  }
  for (let k = last; k >= 0; k = before[k]) kept[items[k]] = 1;
  return kept;
}

/** The same for items in the order of their numbers. */
export const inOrder = (values: ArrayLike<number>, weights: ArrayLike<number>): Uint8Array =>
  findInOrder(
    values,
    weights,
    Int32Array.from(values, (_, k) => k),
    values.length,
  ).slice(0, values.length);

/** Up to here an insertion sort, without the call per comparison, is the faster one. */
const FEW = 16;

/** Puts the items' numbers into `order`, in the order of their values, which are all different. */
export function sortByValue(values: ArrayLike<number>, order: Int32Array, count: number): void {
  for (let item = 0; item < count; item++) order[item] = item;
  if (count > FEW) {
    order.subarray(0, count).sort((a, b) => values[a] - values[b]);
    return;
  }
  for (let end = 1; end < count; end++) {
    const item = order[end];
    let at = end;
    for (; at > 0 && values[order[at - 1]] > values[item]; at--) order[at] = order[at - 1];
    order[at] = item;
  }
}
