/** Files of a tar archive: POSIX ustar, with GNU's and PAX's long names. */

export interface ArchivedFile {
  readonly path: string;
  readonly bytes: Buffer;
}

const BLOCK = 512;
const MAGIC_AT = 257;

export const isTar = (bytes: Buffer): boolean => bytes.toString('latin1', MAGIC_AT, MAGIC_AT + 5) === 'ustar';

const textAt = (header: Buffer, start: number, length: number): string => {
  const text = header.toString('utf8', start, start + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
};

/** Ends where the archive does, also where it was cut off. */
export function* filesOfTar(bytes: Buffer): Generator<ArchivedFile> {
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header[0] === 0) return;
    const size = parseInt(textAt(header, 124, 12).trim(), 8) || 0;
    const type = String.fromCharCode(header[156]);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'L') longName = textAt(content, 0, size);
    else if (type === 'x') longName = /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1] ?? longName;
    else {
      const prefix = textAt(header, 345, 155);
      const name = textAt(header, 0, 100);
      if (type === '0' || type === '\0')
        yield { path: longName ?? (prefix === '' ? name : `${prefix}/${name}`), bytes: content };
      longName = null;
    }
  }
}
