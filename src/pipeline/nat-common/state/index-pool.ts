/** A vppinfra pool of objects: a new element takes the index freed last, iteration goes by index. For configuration. */
export class IndexPool<T> {
  private readonly slots: (T | undefined)[] = [];
  private readonly free: number[] = [];
  /** Grows with every element that comes or goes. */
  version = 0;

  /** Elements there are (pool_elts). */
  get count(): number {
    return this.slots.length - this.free.length;
  }

  /** Indices ever used. */
  get length(): number {
    return this.slots.length;
  }

  /** pool_get; returns the index. */
  add(element: T): number {
    this.version++;
    const index = this.free.pop() ?? this.slots.length;
    this.slots[index] = element;
    return index;
  }

  /** pool_put. */
  remove(index: number): void {
    this.version++;
    this.slots[index] = undefined;
    this.free.push(index);
  }

  /** pool_elt_at_index; throws for a free index, which would be a mistake of ours. */
  at(index: number): T {
    const element = this.slots[index];
    if (element === undefined) throw new Error(`pool index ${index} is free`);
    return element;
  }

  /** The element, or undefined for a free index. */
  find(index: number): T | undefined {
    return this.slots[index];
  }

  /** Elements with their indices. */
  entries(): [index: number, element: T][] {
    return this.slots.flatMap((element, index): [number, T][] => (element === undefined ? [] : [[index, element]]));
  }

  /** Makes these the elements of an empty pool; the lowest free index is given out first. */
  restore(elements: readonly (readonly [index: number, element: T])[]): void {
    for (const [index, element] of elements) this.slots[index] = element;
    for (let index = this.slots.length - 1; index >= 0; index--)
      if (this.slots[index] === undefined) this.free.push(index);
  }

  /** pool_foreach: elements by index. */
  values(): T[] {
    return this.slots.filter((slot) => slot !== undefined);
  }

  /** Index of the first element that passes, or -1. */
  findIndex(test: (element: T) => boolean): number {
    return this.slots.findIndex((slot) => slot !== undefined && test(slot));
  }
}
