/** Words with the names that the script gives to addresses (`# name: 10.1.1.3 client`): `10.1.1.3:41084` becomes `10.1.1.3:41084 (client)`. */

export type Namer = (words: string) => string;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** @param names by address; of networks, and of what goes on with a further word, the address is not said */
export function namerOf(names: Iterable<readonly [address: string, name: string]>): Namer {
  const all = new Map(names);
  if (all.size === 0) return (words) => words;
  const anyOf = (isIp6: boolean): string =>
    Array.from(all.keys())
      .filter((address) => address.includes(':') === isIp6)
      .map(escaped)
      .join('|') || '(?!)';
  const ends = [`(?:${anyOf(false)})(?::\\d+)?`, `\\[(?:${anyOf(true)})\\]:\\d+`, `(?:${anyOf(true)})`];
  const pattern = new RegExp(`(?<![\\w.:[])(?:${ends.join('|')})(?!\\w|[.:/]\\w)`, 'g');
  return (words) => words.replace(pattern, (end) => `${end} (${all.get(addressOf(end)) ?? ''})`);
}

/** Of `10.1.1.3:41084`, `[2001:db8::3]:41084` or an address alone. */
const addressOf = (end: string): string => /^\[(.*)\]|^([^:]*)(?::\d+)?$/.exec(end)?.slice(1).find(Boolean) ?? end;
