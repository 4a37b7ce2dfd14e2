/**
 * State that the model may have otherwise than the traced VPP: sessions, ports, neighbours, as they were changed by packets that
 * could not be followed to their end. What a later packet owes to them is not judged.
 */

import { isDecidedBy, stateOf, type Parting, type StateKind } from './parting.js';

export class LostState {
  /** First packet that may have changed it otherwise. */
  private readonly since = new Map<StateKind, number>();

  /** A packet could not be followed at these nodes: whatever they keep may be other than it was in the traced VPP. */
  lose(packet: number, nodes: readonly (string | null)[]): void {
    for (const kind of nodes.flatMap((node) => stateOf(node ?? '')))
      if (!this.since.has(kind)) this.since.set(kind, packet);
  }

  /** Why nothing follows from a difference, or null. */
  excuse(parting: Parting): string | null {
    for (const [kind, packet] of this.since)
      if (isDecidedBy(kind, parting))
        return `packet ${packet} could not be followed to its end, and ${kind} may be others since`;
    return null;
  }
}
