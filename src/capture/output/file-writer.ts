/** What writers into a single output have in common: the output is theirs to fill, and its life is theirs. */

import type { OutputFile } from './output-file.js';

export abstract class FileWriter {
  frameCount = 0;

  constructor(protected readonly output: OutputFile) {}

  get byteCount(): number {
    return this.output.byteCount;
  }

  flush(): void {
    this.output.flush();
  }

  drain(): Promise<void> | null {
    return this.output.drain();
  }

  settle(): Promise<void> {
    return this.output.settle();
  }

  publish(): void {
    this.output.publish();
  }

  close(): Promise<void> {
    return this.output.close();
  }

  abort(): Promise<void> {
    return this.output.abort();
  }
}
