/**
 * What an interface advertises as a router (VPP 19.08 ip6_radv_t in src/vnet/ip/ip6_neighbor.h, 26.06 ip6_ra_t in src/vnet/ip6-nd/ip6_ra.h).
 * What VPP sends by itself from time to time is not modelled, only what answers solicitations.
 */

import type { Clock } from '../../engine/state/clock.js';
import type { Interface } from '../../engine/state/interface-table.js';
import type { SavedState } from '../../engine/state/saved-states.js';
import type { Adjacencies } from '../../fib/adjacencies.js';
import type { Ip6Links } from '../../fib/ip6/ip6-links.js';

declare module '../../engine/tables.js' {
  interface Tables {
    readonly ip6Routers: Ip6Routers;
  }
}

const DEFAULT_INTERVAL_SECONDS = 200;
const DEFAULT_LIFETIME_SECONDS = 3 * DEFAULT_INTERVAL_SECONDS;
const LARGEST_LIFETIME_SECONDS = 9000;
const HOP_LIMIT = 64;
const VALID_SECONDS = 2592000;
const PREFERRED_SECONDS = 604800;
export const INFINITE = 0xffffffff;

/** A prefix that is advertised (ip6_radv_prefix_t). */
export interface AdvertisedPrefix {
  readonly address: number;
  readonly length: number;
  isEnabled: boolean;
  isOnLink: boolean;
  isAutonomous: boolean;
  validSeconds: number;
  preferredSeconds: number;
  /** On the clock; advertised lifetimes end there unless they are infinite. */
  validUntil: number;
  preferredUntil: number;
  isDecremented: boolean;
}

export interface RouterState {
  isAdvertised: boolean;
  isManaged: boolean;
  isOtherManaged: boolean;
  hasLinkLayerOption: boolean;
  isUnicast: boolean;
  isCeased: boolean;
  readonly hopLimit: number;
  lifetimeSeconds: number;
  readonly mtuBytes: number;
  readonly prefixes: AdvertisedPrefix[];
  intervalSeconds: number;
  /** When the last solicitation was answered, on the clock; 0 for none that counts. */
  lastAnswer: number;
}

/** `ip6 nd INTERFACE …`: what is said, each with or without "no". */
export interface RouterOptions {
  readonly isNo: boolean;
  readonly suppress?: true | undefined;
  readonly managed?: true | undefined;
  readonly other?: true | undefined;
  readonly suppressLinkLayer?: true | undefined;
  readonly sendUnicast?: true | undefined;
  readonly cease?: true | undefined;
  readonly lifetimeSeconds?: number | undefined;
  readonly largestSeconds?: number | undefined;
  readonly smallestSeconds?: number | undefined;
}

export interface PrefixOptions {
  readonly isNo: boolean;
  readonly isDefault: boolean;
  readonly validSeconds: number;
  readonly preferredSeconds: number;
  readonly noAdvertise: boolean;
  readonly offLink: boolean;
  readonly noAutoconfig: boolean;
  readonly noOnlink: boolean;
}

export class Ip6Routers {
  /** By sw_if_index, where IPv6 is enabled. */
  private readonly states: (RouterState | null)[] = [];

  constructor(
    links: Ip6Links,
    adjacencies: Adjacencies,
    private readonly clock: Clock,
    private readonly isOnDemand: boolean,
  ) {
    links.enabled.listen((on: Interface) => {
      this.states[on.swIfIndex] = {
        isAdvertised: !isOnDemand,
        isManaged: false,
        isOtherManaged: false,
        hasLinkLayerOption: true,
        isUnicast: false,
        isCeased: false,
        hopLimit: HOP_LIMIT,
        lifetimeSeconds: DEFAULT_LIFETIME_SECONDS,
        mtuBytes: adjacencies.mtuOf(on, true),
        prefixes: [],
        intervalSeconds: DEFAULT_INTERVAL_SECONDS,
        lastAnswer: 0,
      };
    });
    links.disabled.listen(({ swIfIndex }: Interface) => {
      this.states[swIfIndex] = null;
    });
  }

  /** What time makes of what is configured. */
  readonly saved: SavedState = {
    name: 'ip6 router',
    columns:
      'sw_if_index, when a solicitation was answered last, and of each prefix until when it is valid and preferred',
    save: () =>
      this.states.flatMap((state, swIfIndex) =>
        state === null
          ? []
          : [[swIfIndex, state.lastAnswer, ...state.prefixes.flatMap((one) => [one.validUntil, one.preferredUntil])]],
      ),
    restore: (rows) => {
      for (const [swIfIndex, lastAnswer, ...until] of rows) {
        const state = this.of(swIfIndex);
        if (state === null) continue;
        state.lastAnswer = lastAnswer;
        state.prefixes.forEach((prefix, i) => ([prefix.validUntil, prefix.preferredUntil] = until.slice(i * 2)));
      }
    },
  };

  of(swIfIndex: number): RouterState | null {
    return this.states[swIfIndex] ?? null;
  }

  /** ip6_ra_config, ip6_neighbor_ra_config. Returns what is wrong, or null. */
  configure(state: RouterState, options: RouterOptions): string | null {
    const { isNo, lifetimeSeconds, largestSeconds = 0, smallestSeconds = 0 } = options;
    if (this.isOnDemand) state.isAdvertised = true;
    const smallest = largestSeconds !== 0 && smallestSeconds === 0 ? 0.75 * largestSeconds : smallestSeconds;
    const interval = largestSeconds === 0 ? state.intervalSeconds : isNo ? DEFAULT_INTERVAL_SECONDS : largestSeconds;
    let lifetime =
      lifetimeSeconds === undefined ? state.lifetimeSeconds : isNo ? DEFAULT_LIFETIME_SECONDS : lifetimeSeconds;
    lifetime = Math.min(lifetime, LARGEST_LIFETIME_SECONDS);
    if (lifetime !== 0 && lifetime <= interval) return 'the lifetime has to be larger than the interval';
    if (smallest !== 0 && (smallest > 0.75 * interval || smallest < 3))
      return 'the smallest interval has to be 3 seconds at least, and three quarters of the largest at most';
    if (options.suppress) state.isAdvertised = isNo;
    if (options.managed) state.isManaged = !isNo;
    if (options.other) state.isOtherManaged = !isNo;
    if (options.suppressLinkLayer) state.hasLinkLayerOption = isNo;
    if (options.sendUnicast) state.isUnicast = !isNo;
    if (options.cease) {
      state.isCeased = !isNo;
      if (isNo) state.isAdvertised = true;
    }
    state.intervalSeconds = interval;
    state.lifetimeSeconds = lifetime;
    state.lastAnswer = 0;
    return null;
  }

  /** ip6_ra_prefix, ip6_neighbor_ra_prefix. Returns what is wrong, or null. */
  changePrefix(state: RouterState, address: number, length: number, options: PrefixOptions): string | null {
    const { prefixes } = state;
    const at = prefixes.findIndex((known) => known.address === address);
    if (at >= 0 && prefixes[at].length !== length) return 'the prefix is advertised with another length';
    if (options.isNo) {
      if (at < 0) return 'there is no such prefix';
      prefixes.splice(at, 1);
      state.lastAnswer = 0;
      return null;
    }
    const prefix = at >= 0 ? prefixes[at] : newPrefix(address, length);
    if (at < 0) prefixes.push(prefix);
    if (!(at < 0 && options.isDefault)) {
      prefix.validSeconds = options.validSeconds;
      prefix.preferredSeconds = options.preferredSeconds;
      if (options.validSeconds === INFINITE || options.preferredSeconds === INFINITE) {
        prefix.validSeconds = prefix.preferredSeconds = INFINITE;
        prefix.isDecremented = false;
      }
      prefix.isEnabled = !options.noAdvertise;
      prefix.isOnLink = !options.offLink && !options.noOnlink;
      prefix.isAutonomous = !options.noAutoconfig;
    }
    prefix.validUntil = this.clock.now + prefix.validSeconds;
    prefix.preferredUntil = this.clock.now + prefix.preferredSeconds;
    state.lastAnswer = 0;
    return null;
  }
}

const newPrefix = (address: number, length: number): AdvertisedPrefix => ({
  address,
  length,
  isEnabled: true,
  isOnLink: true,
  isAutonomous: true,
  validSeconds: VALID_SECONDS,
  preferredSeconds: PREFERRED_SECONDS,
  validUntil: 0,
  preferredUntil: 0,
  isDecremented: true,
});
