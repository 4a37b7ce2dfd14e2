/** From the bytes of a file to its text, by the byte order mark: what PowerShell's `>` and Windows' editors write is UTF-16. */

/** A text without a mark whose every second byte is 0 is UTF-16 as well; so many of its first bytes decide. */
const SAMPLE_BYTES = 4096;

/** UTF-8 unless the bytes say otherwise. Never throws: what is no text gives replacement characters. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = utf16(bytes);
  // The decoder removes the mark.
  return new TextDecoder(encoding ?? 'utf-8').decode(bytes);
}

function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at & 1]++;
  const isMost = (count: number): boolean => count > sample.length * 0.4;
  if (isMost(zeros[1]) && zeros[0] === 0) return 'utf-16le';
  if (isMost(zeros[0]) && zeros[1] === 0) return 'utf-16be';
  return null;
}
