/** Commands that releases word differently: a script of one release, read in the other's words. */

/** The words that a command begins with, by release; '' where a release needs no command for it. */
type Equivalent = Readonly<Record<string, string>>;

/** Longer ones first, where one begins with another. Classic NAT44 of 19.08 is nat44-ei of 26.06; what endpoint-dependent NAT44 is told is worded alike. */
const EQUIVALENTS: readonly Equivalent[] = [
  { '19.08': 'set ip arp proxy', '26.06': 'set arp proxy' },
  { '19.08': 'set ip arp', '26.06': 'set ip neighbor' },
  { '19.08': 'set ip arp', '26.06': 'ip neighbor' },
  { '19.08': 'set ip6 neighbor', '26.06': 'set ip neighbor' },
  { '19.08': 'show ip arp', '26.06': 'show ip neighbors' },
  { '19.08': '', '26.06': 'show nat44 ei' },
  { '19.08': '', '26.06': 'nat44 ei plugin enable' },
  { '19.08': '# startup: nat { endpoint-dependent }', '26.06': 'nat44 plugin enable' },
  { '19.08': 'nat mss-clamping', '26.06': 'nat44 ei mss-clamping' },
  { '19.08': 'nat addr-port-assignment-alg', '26.06': 'nat44 ei addr-port-assignment-alg' },
  { '19.08': 'nat44', '26.06': 'nat44 ei' },
  { '19.08': 'set interface nat44', '26.06': 'set interface nat44 ei' },
  { '19.08': 'set nat timeout', '26.06': 'set nat44 ei timeout' },
];

/** Show commands that one release alone has, as far as they tell releases apart. */
export const SHOWS_OF_ONE_RELEASE = EQUIVALENTS.flatMap((equivalent) =>
  Object.entries(equivalent)
    .filter(([, command]) => command.startsWith('show '))
    .map(([release, command]) => ({ release, command })),
);

/** A command in another release's words. */
export interface OtherWords {
  /** The release, and what the command begins with in it. */
  readonly release: string;
  readonly words: string;
  /** What it begins with in the release at hand; '' where it needs no such command. */
  readonly instead: string;
}

/** Of a section of startup.conf the name is enough. */
const beginsWith = (line: readonly string[], words: string): boolean =>
  words
    .replace(/ \{.*/, '')
    .split(' ')
    .every((word, at) => line.at(at) === word);

/** A command that is worded as 19.08 has it, in a release's words. */
export function inWordsOf(release: string, command: string): string {
  const line = command.split(' ');
  const found = EQUIVALENTS.find(({ '19.08': words }) => words !== '' && beginsWith(line, words));
  return found === undefined ? command : [found[release], ...line.slice(found['19.08'].split(' ').length)].join(' ');
}

/** What a line is in the words of another release than `release`; null where it is in no other's. */
export function inOtherWords(line: readonly string[], release: string): OtherWords | null {
  for (const equivalent of EQUIVALENTS)
    for (const [other, words] of Object.entries(equivalent)) {
      const instead = equivalent[release];
      if (other !== release && words !== '' && beginsWith(line, words))
        return instead.startsWith(words) ? null : { release: other, words, instead };
    }
  return null;
}

/** Rows that are about classic NAT44 alone: endpoint-dependent NAT44 is worded alike in both. */
const isOfClassic = ({ '19.08': words }: Equivalent): boolean => /^(set (interface )?)?nat/.test(words);

/**
 * A command of the release `from` in the words of `to`; '' where that needs none.
 * @param isClassic the node has classic NAT44, not the endpoint-dependent one
 */
export function alike(command: string, from: string, to: string, isClassic = true): string {
  const line = command.split(/\s+/);
  const found = EQUIVALENTS.find(
    (row) => row[from] !== '' && beginsWith(line, row[from]) && (isClassic || !isOfClassic(row)),
  );
  if (found === undefined) return command;
  // What is one section there takes arguments of its own here.
  if ([found[from], found[to]].some((words) => words.startsWith('#')))
    return isStartup(command, found[from]) ? found[to] : '';
  const rest = line.slice(found[from].split(' ').length);
  return found[to] === '' ? '' : [found[to], ...rest].join(' ');
}

/** A section of startup.conf has to say what the row says. */
const isStartup = (command: string, words: string): boolean =>
  !words.startsWith('#') || command.includes(/\{ (.*) \}/.exec(words)?.[1] ?? '');
