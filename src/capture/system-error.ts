/** What the system says of a file, in words for the user. */

import { statSync, type Stats } from 'node:fs';

/** The system's error code, '' where there is none. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** What the system's error codes mean for a file that is read. */
export const READING_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file (a part of the path is not a directory)',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  EBADF: 'is not open',
  EIO: 'input/output error',
  EMFILE: 'too many open files',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
};

/** Why a file could not be opened or read. */
export function whyUnreadable(error: unknown): string {
  const code = errorCode(error);
  return READING_WORDS[code] ?? `cannot be read (${code === '' ? String(error) : code})`;
}

/** What is at a path; null where that cannot be found out. Why it cannot, opening it tells. */
export function statusOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
