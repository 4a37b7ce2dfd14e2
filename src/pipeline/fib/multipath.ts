/**
 * From weighted next hops to equally likely buckets: ip_multipath_normalize_next_hops (VPP 19.08
 * src/vnet/dpo/load_balance.c).
 */

/** Average error per bucket that ends the search for a block size. */
const ERROR_TOLERANCE = 0.1;

export interface NextHop {
  readonly dpoType: number;
  readonly dpoIndex: number;
  readonly weight: number;
}

/** Next hops by bucket; the number of buckets is a power of two (but for two equal hops, where it is 2 anyway). */
export function normalizeNextHops(hops: readonly NextHop[]): NextHop[] {
  if (hops.length <= 1) return [...hops];
  const sorted = sortByWeight(hops);
  if (sorted.length === 2 && sorted[0].weight === sorted[1].weight) return sorted;
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  const weights = total === 0 ? sorted.map(() => 1) : sorted.map(({ weight }) => weight);
  const sum = total === 0 ? sorted.length : total;
  let buckets = 1;
  while (buckets < hops.length) buckets *= 2;
  for (; ; buckets *= 2) {
    const shares = shareOut(weights, sum, buckets);
    if (shares) return sorted.flatMap((hop, index) => Array<NextHop>(shares[index]).fill(hop));
  }
}

/** Two hops come heavier first, more of them lighter first (stable): VPP sorts the two cases differently. */
function sortByWeight(hops: readonly NextHop[]): NextHop[] {
  if (hops.length > 2) return [...hops].sort((left, right) => left.weight - right.weight);
  return hops[0].weight < hops[1].weight ? [hops[1], hops[0]] : [...hops];
}

/** Buckets per hop, or null where a block of this size misses the weights by too much. */
function shareOut(weights: readonly number[], sum: number, buckets: number): number[] | null {
  let left = buckets;
  let error = 0;
  const shares: number[] = [];
  for (const weight of weights) {
    const exact = (weight * buckets) / sum;
    // flt_round_nearest: half is rounded up, the weights being positive.
    const share = Math.min(Math.floor(exact + 0.5), left);
    left -= share;
    error += Math.abs(exact - share);
    if (share === 0) return null;
    shares.push(share);
  }
  if (error > ERROR_TOLERANCE * buckets) return null;
  shares[0] += left;
  return shares;
}
