/**
 * Timestamps of pcapng: a 64-bit count of an interface's own unit, 10^-n or 2^-n seconds (if_tsresol).
 *
 * A double holds 53 bits and nanoseconds since 1970 need 61, so the count is taken in three parts, 16 + 16 + 32 bits,
 * each with its seconds and remainder known in advance:
 *
 *     count = a·2^48 + b·2^32 + c,  2^48 = s48·D + r48,  2^32 = s32·D + r32,  D units in a second
 */
import type { FrameBatch } from '../frame-batch.js';

const NANOSECONDS = 1_000_000_000;
/** if_tsresol where the option is absent: microseconds (draft-ietf-opsawg-pcapng §4.2). */
export const DEFAULT_RESOLUTION = 6;
/** The top bit of if_tsresol: the other seven are a power of two, not of ten. */
const IS_BINARY = 0x80;
/** Up to here the sums below are exact in a double: fractions of a second times 5^9 stay below 2^53. */
const MAXIMUM_BINARY = 32;
const MAXIMUM_DECIMAL = 9;

export class TimestampUnit {
  /** 6 where every timestamp is a whole number of microseconds, else 9. */
  readonly digits: number;
  private readonly power: number;
  private readonly isBinary: boolean;
  private readonly isSlow: boolean;
  private readonly unitsPerSecond: number;
  private readonly seconds48: number;
  private readonly remainder48: number;
  private readonly seconds32: number;
  private readonly remainder32: number;
  /** What a fraction of a second is multiplied by, then divided by (a power of two), to make nanoseconds. */
  private readonly multiplier: number;
  private readonly divisor: number;

  constructor(
    resolution: number,
    private readonly offsetSeconds: number,
  ) {
    this.isBinary = (resolution & IS_BINARY) !== 0;
    this.power = resolution & ~IS_BINARY;
    this.digits = !this.isBinary && this.power <= 6 ? 6 : 9;
    this.isSlow = this.power > (this.isBinary ? MAXIMUM_BINARY : MAXIMUM_DECIMAL);
    this.unitsPerSecond = (this.isBinary ? 2 : 10) ** this.power;
    this.seconds48 = Math.floor(2 ** 48 / this.unitsPerSecond);
    this.remainder48 = 2 ** 48 % this.unitsPerSecond;
    this.seconds32 = Math.floor(2 ** 32 / this.unitsPerSecond);
    this.remainder32 = 2 ** 32 % this.unitsPerSecond;
    // 10^9 = 5^9 · 2^9
    this.multiplier = this.isBinary ? 5 ** 9 : NANOSECONDS / this.unitsPerSecond;
    this.divisor = this.isBinary ? 2 ** (this.power - 9) : 1;
  }

  /** Puts the timestamp into frame i's columns, cut to nanoseconds. */
  store(batch: FrameBatch, i: number, high: number, low: number): void {
    if (this.isSlow) {
      this.storeSlowly(batch, i, high, low);
      return;
    }
    const a = high >>> 16;
    const b = high & 0xffff;
    const units = a * this.remainder48 + b * this.remainder32 + low;
    const whole = Math.floor(units / this.unitsPerSecond);
    const fraction = units - whole * this.unitsPerSecond;
    batch.seconds[i] = a * this.seconds48 + b * this.seconds32 + whole + this.offsetSeconds;
    batch.nanoseconds[i] = Math.floor((fraction * this.multiplier) / this.divisor);
  }

  /** Units finer than a nanosecond: no capture tool is known to write them, so they only have to be right. */
  private storeSlowly(batch: FrameBatch, i: number, high: number, low: number): void {
    const count = (BigInt(high) << 32n) | BigInt(low);
    const unitsPerSecond = (this.isBinary ? 2n : 10n) ** BigInt(this.power);
    batch.seconds[i] = Number(count / unitsPerSecond) + this.offsetSeconds;
    batch.nanoseconds[i] = Number(((count % unitsPerSecond) * BigInt(NANOSECONDS)) / unitsPerSecond);
  }
}
