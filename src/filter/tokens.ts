/** Words of a filter expression. */

import { UsageError } from '../capture/user-error.js';
import { CONSTANTS } from './constants.js';
import { nearest } from '../pipeline/command/suggest.js';

/** A filter that cannot be read. The message is one sentence. */
export class FilterError extends UsageError {}

/** What an expression may say besides ids, for suggestions. */
export const KEYWORDS = (
  'host src dst and or not net mask port portrange proto ether ip ip6 arp rarp ' +
  'tcp udp sctp icmp icmp6 igmp vlan less greater broadcast multicast'
).split(' ');

export class FilterTokens {
  private readonly tokens: string[];
  private next = 0;

  constructor(text: string) {
    this.tokens = text.match(/&&|\|\||<<|>>|[<>=!]=|[()!&|<>=[\]+*%^]|[^\s()!&|<>=[\]+*%^]+/g) ?? [];
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
    const meant = nearest(found, [...KEYWORDS, ...CONSTANTS.keys()]);
    const hint = meant === null || meant === found ? '' : `; did you mean "${meant}"?`;
    return new FilterError(`"${found}" in the filter: expected ${expected}${hint}`);
  }

  /** Words from the next one, a parenthesis, to behind the one that closes it. */
  bracketLength(): number {
    let depth = 0;
    for (let ahead = 0; this.next + ahead < this.tokens.length; ahead++) {
      const word = this.peek(ahead);
      if (word === '(') depth++;
      else if (word === ')' && --depth === 0) return ahead + 1;
    }
    return this.tokens.length;
  }

  /** Takes the next word apart, where numbers are expected: names may have a - in them, addresses a / and a :, but numbers do not. */
  splitWord(): void {
    const parts = this.peek().match(/(?:tcp|icmp6?)-[a-z]\w*|[-/:]|[^-/:]+/g) ?? [];
    if (!this.isAtEnd() && parts.length > 1) this.tokens.splice(this.next, 1, ...parts);
  }

  word(): string {
    return this.isAtEnd() ? '' : this.tokens[this.next++];
  }
}
