/** Sets of frame numbers in the words of case.yaml: `1-3, 7`. */

/** The numbers that the words mean, in their order; of those beyond `limit`, at most one of each range. */
export function parseFrameNumbers(words: string | number, limit: number): number[] {
  return String(words)
    .split(',')
    .flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number);
      const end = Math.min(last, Math.max(limit + 1, first));
      return Array.from({ length: Math.max(0, end - first + 1) }, (_, i) => first + i);
    });
}

/** The words for numbers in ascending order. */
export function frameNumbers(numbers: readonly number[]): string | number {
  if (numbers.length === 1) return numbers[0];
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(', ');
}
