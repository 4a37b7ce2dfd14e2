/** Places in a table that are read soon. To read them all at once, without anything in between, takes hardly longer than to read one that is far. */

const MOST = 64;

export class Places {
  private readonly at = new Int32Array(MOST);
  private count = 0;
  /** Keeps what is read from being optimized away. */
  seen = 0;

  /** One more, of at most 64. */
  add(place: number): void {
    this.at[this.count++] = place;
  }

  /** Reads them, and forgets them. */
  read(table: Int32Array): void {
    const { at, count } = this;
    let seen = 0;
    for (let i = 0; i < count; i++) seen ^= table[at[i]];
    this.seen = seen;
    this.count = 0;
  }
}
