/** "did you mean": the nearest of the words that would have been right. */

/** Levenshtein distance, with a swap of neighbours counted as one edit. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: width }, (_, j) => i + j));
  const at = (i: number, j: number): number => rows[i][j];
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j < width; j++) {
      let distance = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, at(i - 2, j - 2) + 1);
      rows[i][j] = distance;
    }
  }
  return at(a.length, b.length);
}

/** The candidate nearest to `word`, or null where none is near: one edit for a short word, a third of a long one. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    // Each letter more or less is an edit.
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** 'a', 'a or b', 'a, b or c' */
export function alternatives(texts: readonly string[], conjunction = 'or'): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** `1 frame`, `2 frames` */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
