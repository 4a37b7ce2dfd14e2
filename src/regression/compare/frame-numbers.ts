/** Sets of frame numbers in the words of case.yaml, `1-3, 7`, and in sentences. */

/** What a frame is called: `frame 3`, and of several captures `frame 3 of in.pcap`. */
export type NameOf = (file: string, number: number) => string;

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

/** Names of a sentence that may stand for many frames. */
const NAMES_SHOWN = 8;

/** `frame 6`; `frames 6 and 7`; `frames 1-3, 7 and 9`; of several captures `frame 1 of a.pcap and frame 3 of b.pcap`. */
export function frameNames(
  frames: readonly { readonly file: string; readonly number: number }[],
  nameOf: NameOf,
): string {
  const [first] = frames;
  const isOne = frames.every(({ file }) => file === first.file);
  if (frames.length === 1) return nameOf(first.file, first.number);
  if (!isOne || nameOf(first.file, 1) !== 'frame 1')
    return joined(frames.map(({ file, number }) => nameOf(file, number)));
  const ascending = frames.map(({ number }) => number).sort((a, b) => a - b);
  const ranges = String(frameNumbers(ascending)).split(', ');
  return `frames ${joined(ranges.flatMap(pairAsTwo))}`;
}

/** 6-7 is no shorter than 6, 7, and reads worse. */
function pairAsTwo(range: string): string[] {
  const [first, last] = range.split('-').map(Number);
  return last === first + 1 ? [String(first), String(last)] : [range];
}

function joined(names: readonly string[]): string {
  if (names.length > NAMES_SHOWN) return `${names.slice(0, NAMES_SHOWN).join(', ')} and further ones`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
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
