/**
 * Delta debugging (A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002), by parts that are left out:
 * halves first, then smaller ones. Where k of n units are needed it asks some 2k · log2(n / k) times.
 */

/**
 * As few of the units, in their order, as still hold, where all of them do: without any single one of those it does not. It goes from the
 * last to the first, since later ones need earlier ones more often than the other way round.
 */
export async function fewest<T>(
  units: readonly T[],
  holds: (units: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  if (units.length === 0 || (await holds([]))) return [];
  let kept = units;
  for (let size = Math.ceil(units.length / 2); ;) {
    const before = kept.length;
    for (let end = kept.length; end > 0;) {
      const start = Math.max(0, end - size);
      const others = [...kept.slice(0, start), ...kept.slice(end)];
      if (others.length > 0 && (await holds(others))) kept = others;
      end = start;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (kept.length === before) return kept;
  }
}
