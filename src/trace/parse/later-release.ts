/** Signs that a text is of VPP 20.01 or later. */

/** Words that no line of 19.08 has: of headers, nodes, rewrites. All came with 20.01 or later. */
const SIGNS: readonly RegExp[] = [
  / dscp \S+ ecn \S+$/,
  /: (?:ip[46]-sv-reassembly-|nat44-ei-|nat-pre-|ip4-receive$|ip4-local-full-reassembly)/,
  / next:\d+ flags:\[/,
  /^\[(?:not-fragmented|lookup, key:|unknown-proto)/,
  /, next_node \S+$/,
];

export const isOfLaterRelease = (lines: readonly { readonly text: string }[]): boolean =>
  lines.some(({ text }) => SIGNS.some((sign) => sign.test(text)));
