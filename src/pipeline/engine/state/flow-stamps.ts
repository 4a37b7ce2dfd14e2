/** Numbers by which the flow cache knows that something its flows use may have changed. Each only grows. */
export class FlowStamps {
  /** A key of a session leads to another one, a route or adjacency changed, or the configuration: flows are learned anew. */
  generation = 0;
  /** Something was removed: flows that use it are looked at again. */
  removed = 0;
  /** Something was added: flows that depend on there being none are looked at again. */
  added = 0;

  /** Changes when flows that use something have to be looked at again. */
  get ofUse(): number {
    return (this.generation + this.removed) | 0;
  }

  /** Changes when flows that depend on there being no session have to be looked at again. */
  get ofAbsence(): number {
    return (this.generation + this.removed + this.added) | 0;
  }
}
