/** Tells those who derived something from a table that it has changed. Tables change between frames, never while one runs. */
export class Changes<T extends readonly unknown[] = []> {
  private readonly listeners: ((...what: T) => void)[] = [];

  listen(listener: (...what: T) => void): void {
    this.listeners.push(listener);
  }

  tell(...what: T): void {
    for (const listener of this.listeners) listener(...what);
  }
}
