/** Which interface is compared with which: spellings of a name, and names that stand for others. */

import { VerifyOptionsError, type FieldRule, type InterfacePair, type VerifiedCapture } from './options.js';

/**
 * Spellings of an interface's name. Files of a folder cannot have a slash in theirs: GigabitEthernet0-8-0.pcap, as `replay` writes it, and
 * GigabitEthernet0_8_0.pcap are GigabitEthernet0/8/0.
 */
export const spellings = (name: string): string[] =>
  name.includes('/') ? [name, name.replaceAll('/', '-'), name.replaceAll('/', '_')] : [name];

/** Whether two spellings are of the same interface. */
export const isSameInterface = (a: string, b: string): boolean => spellings(a).includes(b) || spellings(b).includes(a);

/** `eth0=ens3`: eth0 of the actual capture is ens3 of the expected one. Throws VerifyOptionsError. */
export function parseInterfacePair(text: string): InterfacePair {
  const [actual, expected = '', ...more] = text.split('=').map((name) => name.trim());
  if (actual === '' || expected === '' || more.length > 0)
    throw new VerifyOptionsError(`"${text}" pairs no interfaces: expected ACTUAL=EXPECTED, such as eth0=ens3`);
  return { actual, expected };
}

/** Throws VerifyOptionsError where an interface would have two counterparts. */
export function requireSinglePairs(pairs: readonly InterfacePair[]): void {
  for (const side of ['actual', 'expected'] as const)
    pairs.forEach(({ [side]: name }, i) => {
      const other = pairs.slice(0, i).find((pair) => isSameInterface(pair[side], name));
      if (other) throw new VerifyOptionsError(`${name} of the ${side} capture is paired with two interfaces`);
    });
}

/** What the captures of a side call their interfaces, as far as they were read; null for those without names. */
export const interfaceNamesOf = (captures: readonly VerifiedCapture[]): (string | null)[] =>
  captures.flatMap(({ reader, interfaceName }) => interfaceName ?? reader.interfaces.map(({ name }) => name));

/** Throws VerifyOptionsError for an interface that a side does not have. */
export function requireInterfaces(
  pairs: readonly InterfacePair[],
  actual: readonly VerifiedCapture[],
  expected: readonly VerifiedCapture[],
): void {
  for (const [side, captures] of [
    ['actual', actual],
    ['expected', expected],
  ] as const) {
    const names = [...new Set(interfaceNamesOf(captures).flatMap((name) => name ?? []))];
    for (const pair of pairs) {
      const { [side]: wanted } = pair;
      if (names.some((name) => isSameInterface(name, wanted))) continue;
      const there = names.length === 0 ? 'it names none' : `it has ${names.join(', ')}`;
      throw new VerifyOptionsError(
        `${pair.actual}=${pair.expected} pairs an interface of the actual capture with one of the expected capture: ` +
          `the ${side} capture has no interface ${wanted}, ${there}`,
      );
    }
  }
}

/** Rules about no field but about what packets come with, which are ignored as a whole: the interface they are on, and their link header. */
export const IGNORED_WHOLE = ['interface', 'link'] as const;
export type IgnoredWhole = (typeof IGNORED_WHOLE)[number];

/** Sets rules apart that ignore something as a whole. Throws VerifyOptionsError. */
export function ignoredWhole(rules: readonly FieldRule[]): {
  readonly whole: Set<IgnoredWhole>;
  readonly fields: readonly FieldRule[];
} {
  const whole = new Set<IgnoredWhole>();
  const fields = rules.filter(({ field, mask, interfaceName }) => {
    const name = IGNORED_WHOLE.find((each) => each === field);
    if (name === undefined) return true;
    if (mask !== null) throw new VerifyOptionsError(`${name} has no bits to compare: it is ignored, or it is not`);
    if (interfaceName !== null)
      throw new VerifyOptionsError(`${interfaceName}:${name}: ${name} is ignored on all interfaces, or on none`);
    whole.add(name);
    return false;
  });
  const ofOne = fields.find(({ interfaceName }) => interfaceName !== null);
  if (whole.has('interface') && ofOne)
    throw new VerifyOptionsError(
      `${ofOne.interfaceName ?? ''}:${ofOne.field} is for one interface, but interface is ignored: no packet is on any`,
    );
  return { whole, fields };
}
