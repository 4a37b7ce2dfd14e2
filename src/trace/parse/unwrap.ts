/**
 * Takes off what trackers, terminals and log collectors put around a text: JSON strings, HTML, colours, characters that word
 * processors put in the place of others. None of it is ever VPP's: its traces have no tag, no escape sequence, no backslash.
 */

/** The heading of a node's record, anywhere in a text. */
const HEADING = /\d{2}:\d{2}:\d{2}:\d{6}: /;

/** A text whose lines are those of the trace, but for what stands before and behind them. */
export function unwrap(text: string): string {
  return withPlainCharacters(withoutMarkup(withoutTerminal(withoutEscapes(fromJson(text)))));
}

/** The strings of a JSON text, or of one JSON object a line as log collectors have it; any other text as it is. */
function fromJson(text: string): string {
  const whole = parseJson(text.trim());
  if (whole !== undefined) return traceOf(stringsOf(whole)) ?? text;
  if (!/^\s*\{"/m.test(text)) return text;
  const lines = text.split(/\r?\n/);
  const values = lines.map((line) => (line.trimStart().startsWith('{') ? parseJson(line) : undefined));
  const key = traceKey(values);
  if (key === undefined) return text;
  return lines
    .map((line, i) => (key in Object(values[i]) ? memberOf(values[i], key).replace(/\r?\n$/, '') : line))
    .join('\n');
}

function parseJson(text: string): unknown {
  if (!/^["[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Deeper than any answer of a program. */
const DEEPEST = 50;

function stringsOf(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  return Object.values(value).flatMap((member) => stringsOf(member, depth + 1));
}

/** The strings that have several lines of a trace each, or else all: they are its lines. Null where there is no trace. */
function traceOf(strings: readonly string[]): string | null {
  if (!strings.some((text) => HEADING.test(text))) return null;
  const texts = strings.filter((text) => HEADING.test(text) && text.trim().includes('\n'));
  return (texts.length > 0 ? texts : strings).join('\n');
}

const memberOf = (value: unknown, key: string): string => String((value as Record<string, unknown>)[key]);

/** The member that has the trace's lines: `log` of Docker, `message` of others. */
function traceKey(values: readonly unknown[]): string | undefined {
  for (const value of values)
    for (const [key, member] of Object.entries(Object(value) as Record<string, unknown>))
      if (typeof member === 'string' && HEADING.test(member)) return key;
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '', t: '\t' };

/** A string as programs print it: line breaks as `\n`. Elsewhere a backslash before a sign is Markdown's. */
function withoutEscapes(text: string): string {
  const isPrinted = /\\n\s*\d{2}:\d{2}:\d{2}:\d{6}: /.test(text);
  const plain = isPrinted
    ? text
        .replace(/\\+(?:u([0-9a-f]{4})|([nrt]))/gi, (_, code: string | undefined, letter: string) =>
          code === undefined ? ESCAPES[letter.toLowerCase()] : String.fromCharCode(parseInt(code, 16)),
        )
        // The end of the string.
        .replace(/["'][\s,;)}\]]*$/gm, '')
    : text;
  return plain.replace(/\\([_*>|<"'`~#[\](){}.+!/\\-])/g, '$1');
}

/** The escape character and the bell by their pictures: as `cat -v` and others print them, and for reading below. */
const ESC = '\u241b';
const BEL = '\u2407';
/** Escape sequences with parameters, operating system commands, other escapes. */
const SEQUENCES =
  /(?:\u241b|\^\[)(?:\[[0-?]*[ -/]*[@-~]|\][^\u2407\u241b]*(?:\u2407|\u241b\\)?|[()][0-9A-B]|[=>78cDEHM])/g;
/** Colours whose escape character was lost. */
const COLOURS = /\[\d{1,3}(?:;\d{1,3})*m/g;
/** VPP's own pager, and others. */
const PAGERS = /-- ?more ?--\s*(?:\(\d+-\d+\/\d+\))?/gi;

function withoutTerminal(text: string): string {
  const plain = text
    .replaceAll('\x1b', ESC)
    .replaceAll('\x07', BEL)
    .replace(SEQUENCES, '')
    .replace(COLOURS, '')
    .replace(PAGERS, '')
    .replace(/\r+\n/g, '\n');
  return withoutBackspaces(plain).replace(/(?![\t\n\r])\p{Cc}/gu, '');
}

/** Characters that are struck over, as in bold text of a terminal. */
function withoutBackspaces(text: string): string {
  if (!text.includes('\b')) return text;
  const kept: string[] = [];
  for (const character of text)
    if (character === '\b') kept.pop();
    else kept.push(character);
  return kept.join('');
}

/** Tags of HTML and of trackers' own markup. */
const TAGS =
  /<!--[^]{0,10000}?-->|<!\[CDATA\[|\]\]>|<!doctype[^>]*>|<\/?(?:a|abbr|article|b|big|blockquote|body|br|button|caption|center|code|col|colgroup|dd|del|details|div|dl|dt|em|figure|font|footer|form|h[1-6]|head|header|hr|html|i|img|ins|kbd|label|li|link|main|mark|meta|nav|ol|p|path|pre|q|s|samp|script|section|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|var|[a-z]+:[a-z-]+)(?:\s[^<>]*|\/)?>/gi;
/** Those that end a line, with the line break that mostly follows. */
const BREAKS =
  /(?:<br\s*\/?>|<\/(?:p|div|tr|li|pre|h[1-6]|blockquote)>)(?!\s*(?:<\/?(?:p|div|tr|td|li|pre|code|span|font|tbody|table|blockquote|br)\b[^<>]*>)*[^\S\n]*(?:\n|$))/gi;
/** Jira's and Confluence's. */
const MACROS = /\{(?:noformat|code|quote|panel|color|monospace)(?::[^{}\n]*)?\}/gi;

function withoutMarkup(text: string): string {
  let plain = text;
  // What was escaped twice is HTML again.
  for (let times = 0; times < 3; times++)
    plain = withoutEntities(/<[a-z/!]/i.test(plain) ? plain.replace(BREAKS, '$&\n').replace(TAGS, '') : plain);
  return plain.replace(MACROS, '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  gt: '>',
  lt: '<',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  rarr: '->',
  ndash: '-',
  mdash: '-',
  hellip: '...',
};

const withoutEntities = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));/gi,
    (entity, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : entity;
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    },
  );

/** What web pages and word processors put in the place of spaces, hyphens, quotation marks and arrows. */
const withPlainCharacters = (text: string): string =>
  text
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/[\u2028\u2029\u0085]/g, '\n')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2192\u21d2\u27f6\uf0e0]/g, '->')
    .replace(/[\u2018\u2019\u201a]/g, "'")
    .replace(/[\u201c\u201d\u201e]/g, '"');
