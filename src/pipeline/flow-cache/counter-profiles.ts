/** Which counters of `show errors` the packets of a flow add to. Flows that take the same way share a profile. */

import type { Errors } from '../engine/errors.js';

export class CounterProfiles {
  /** By profile: counter id and increment in turns. */
  private readonly profiles: Int32Array[] = [];
  private before = new Float64Array(0);
  /** What was counted since `start`, as a profile; as long as it needs to be for all counters. */
  private changes = new Int32Array(0);

  constructor(private readonly errors: Errors) {}

  /** Notes where the counters are. */
  start(): void {
    const { counters } = this.errors;
    if (this.before.length !== counters.length) {
      this.before = new Float64Array(counters.length);
      this.changes = new Int32Array(counters.length * 2);
    }
    this.before.set(counters);
  }

  /** The profile of what was counted since `start`. */
  finish(): number {
    const { changes, profiles } = this;
    const length = this.findChanges();
    for (let profile = 0; profile < profiles.length; profile++)
      if (isStartOf(profiles[profile], changes, length)) return profile;
    return profiles.push(changes.slice(0, length)) - 1;
  }

  /** What a packet of a profile counts: counter ids and increments in turns. */
  of(profile: number): Int32Array {
    return this.profiles[profile];
  }

  /** Counts more packets of a profile. */
  count(profile: number, packets: number): void {
    const changes = this.profiles[profile];
    const { counters } = this.errors;
    for (let i = 0; i < changes.length; i += 2) counters[changes[i]] += changes[i + 1] * packets;
  }

  private findChanges(): number {
    const { counters, names } = this.errors;
    const { before, changes } = this;
    let length = 0;
    for (let id = 0; id < names.length; id++) {
      const change = counters[id] - before[id];
      if (change === 0) continue;
      changes[length++] = id;
      changes[length++] = change;
    }
    return length;
  }
}

function isStartOf(profile: Int32Array, changes: Int32Array, length: number): boolean {
  if (profile.length !== length) return false;
  for (let i = 0; i < length; i++) if (profile[i] !== changes[i]) return false;
  return true;
}
