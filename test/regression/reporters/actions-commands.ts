/** Workflow commands as @actions/core writes them. */

import { error, type AnnotationProperties } from '@actions/core';

export interface Annotation {
  readonly message: string;
  readonly title: string;
  readonly file: string | null;
}

/** The lines of `error` for each annotation, at line 1 of its file. It writes to standard output, which is listened to. */
export function actionsCommands(annotations: readonly Annotation[]): string[] {
  let text = '';
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: Uint8Array | string): boolean => {
    text += String(chunk);
    return true;
  };
  try {
    for (const { message, title, file } of annotations) {
      const place: AnnotationProperties = file === null ? { title } : { title, file, startLine: 1 };
      error(message, place);
    }
  } finally {
    process.stdout.write = write;
  }
  return text.trimEnd().split('\n');
}
