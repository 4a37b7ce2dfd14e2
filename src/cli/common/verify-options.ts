/** What the options of a comparison on the command line mean. */

import { UsageError } from '../../capture/user-error.js';
import { parseAddress } from '../../wire/address.js';
import { parseFieldRule } from '../../verify/packet/field-rules.js';
import { parseInterfacePair } from '../../verify/interface-names.js';
import { NO_POOL, type FieldRule, type InterfacePair, type NatPool, type VerifyOptions } from '../../verify/options.js';
import type { VerifyArguments } from '../commands/judgements.js';

/** `nodePool` gives the pool of the configuration; it is asked only where it counts. Throws UsageError. */
export async function verifyOptionsOf(
  given: Omit<VerifyArguments, 'actual' | 'expected' | 'json' | 'quiet'>,
  nodePool: () => Promise<NatPool>,
): Promise<Partial<VerifyOptions>> {
  const natPorts = given.natPorts === 'exact' ? 'exact' : 'bind';
  requireOnePool(given);
  const masked = itemsOf('--mask', given.mask);
  if (!masked.every((text) => text.includes('=')))
    throw new UsageError('--mask takes FIELD=MASK, such as ip4.src=255.255.255.0');
  return {
    ...(given.order === undefined ? {} : { order: given.order }),
    contains: given.contains,
    unique: given.unique,
    rules: [...ignoredOf(given.ignore), ...masked.map(parseFieldRule)],
    interfacePairs: pairsOf(given.map),
    natPorts,
    natPool:
      natPorts === 'exact' ? NO_POOL : given.natPool ? poolOf(itemsOf('--nat-pool', given.natPool)) : await nodePool(),
    timeToleranceSeconds: given.timeTolerance === undefined ? null : secondsOf(given.timeTolerance),
    comparesPadding: given.comparePadding,
  };
}

/** What `--ignore` says. Throws UsageError. */
export function ignoredOf(texts: readonly string[] | undefined): FieldRule[] {
  const items = itemsOf('--ignore', texts);
  if (items.some((text) => text.includes('=')))
    throw new UsageError('--ignore takes fields as they are; --mask FIELD=MASK says which bits are compared');
  return items.map(parseFieldRule);
}

/** What `--map` says. Throws UsageError. */
export const pairsOf = (texts: readonly string[] | undefined): InterfacePair[] =>
  itemsOf('--map', texts).map(parseInterfacePair);

/** The parts of lists with commas, and blanks around these. Throws UsageError where there is none. */
function itemsOf(option: string, texts: readonly string[] = []): string[] {
  const items = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  const there = items.filter((text) => text !== '');
  if (there.length === 0 && items.length > 0) throw new UsageError(`${option}: there is nothing between the commas`);
  return there;
}

/** Throws UsageError for options of which one would be overlooked because of the other. */
function requireOnePool({
  natPorts,
  natPool,
  config,
  release,
}: Pick<VerifyArguments, 'natPorts' | 'natPool' | 'config' | 'release'>): void {
  if (release !== undefined && (natPool !== undefined || natPorts === 'exact'))
    throw new UsageError('--release is about the script of the node, of which nothing is needed here: leave it out');
  if (natPool !== undefined && config !== undefined)
    throw new UsageError('--nat-pool and --config both say which NAT pool counts: give one of them');
  const named = natPool === undefined ? '--config' : '--nat-pool';
  if (natPorts === 'exact' && (natPool !== undefined || config !== undefined))
    throw new UsageError(`${named} says whose ports may be others, but with --nat-ports exact none may: leave one out`);
}

function poolOf(texts: readonly string[]): NatPool {
  const addresses = texts.map((text) => {
    const [first, last = first, ...more] = text.split('-');
    const [low, high] = [parseAddress(first), parseAddress(last)];
    if (low === null || high === null || low >>> 0 > high >>> 0 || more.length > 0)
      throw new UsageError(`--nat-pool takes addresses like 192.168.16.1 or 192.168.16.1-192.168.16.9, not "${text}"`);
    return { first, last };
  });
  return { ...NO_POOL, addresses };
}

function secondsOf(text: string): number {
  const seconds = /^\d*\.?\d+(e-?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(seconds)) throw new UsageError(`--time-tolerance takes seconds like 0.001, not "${text}"`);
  return seconds;
}
