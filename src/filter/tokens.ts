/** Words of a filter expression. */

import { UsageError } from '../capture/user-error.js';
import { nearest } from '../pipeline/command/suggest.js';

/** A filter that cannot be read. The message is one sentence. */
export class FilterError extends UsageError {}

/** What an expression may say besides ids, for suggestions. */
export const KEYWORDS = (
  'host src dst and or not net mask port portrange proto ether ip ip6 arp rarp ' +
  'tcp udp sctp icmp icmp6 igmp vlan less greater broadcast multicast'
).split(' ');

export class FilterTokens {
  private readonly tokens: readonly string[];
  private next = 0;

  constructor(text: string) {
    this.tokens = text.match(/[()!]|&&|\|\||[^\s()!&|]+/g) ?? [];
  }

  isAtEnd(): boolean {
    return this.next >= this.tokens.length;
  }

  /** The word `ahead` of the next one; "the end" behind the last. */
  peek(ahead = 0): string {
    return this.tokens.at(this.next + ahead) ?? 'the end';
  }

  take(...words: readonly string[]): boolean {
    const isOne = !this.isAtEnd() && words.includes(this.peek());
    if (isOne) this.next++;
    return isOne;
  }

  /** What is said of the next word where something else was expected. */
  unexpected(expected: string): FilterError {
    const found = this.peek();
    if (found.includes('[')) return new FilterError(`"${found}": expressions over bytes are not supported in a filter`);
    const meant = nearest(found, KEYWORDS);
    const hint = meant === null || meant === found ? '' : `; did you mean "${meant}"?`;
    return new FilterError(`"${found}" in the filter: expected ${expected}${hint}`);
  }

  word(): string {
    return this.isAtEnd() ? '' : this.tokens[this.next++];
  }
}
