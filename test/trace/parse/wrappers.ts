/** What trackers, terminals and log collectors make of a text. */

export interface Wrapper {
  readonly name: string;
  readonly wrap: (text: string) => string;
}

type Line = (line: string, at: number) => string;

const eachLine =
  (change: Line) =>
  (text: string): string =>
    text.split('\n').map(change).join('\n');

const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const two = (number: number): string => String(number % 60).padStart(2, '0');

export const WRAPPERS: readonly Wrapper[] = [
  { name: 'with CRLF', wrap: (text) => text.replaceAll('\n', '\r\n') },
  { name: 'with two carriage returns a line', wrap: (text) => text.replaceAll('\n', '\r\r\n') },
  { name: 'with a byte order mark', wrap: (text) => `\ufeff${text}` },
  { name: 'without indentation', wrap: (text) => text.replace(/^ +/gm, '') },
  { name: 'with tabs', wrap: (text) => text.replace(/^ +/gm, '\t') },
  { name: 'with spaces that do not break', wrap: (text) => text.replaceAll(' ', '\u00a0') },
  { name: 'with arrows of a word processor', wrap: (text) => text.replaceAll('->', '\u2192') },
  { name: 'with hyphens of a word processor', wrap: (text) => text.replaceAll('-', '\u2011') },
  { name: 'with trailing blanks', wrap: eachLine((line) => line.padEnd(120)) },
  // Mails and Markdown
  { name: 'quoted', wrap: eachLine((line) => `> ${line}`.trimEnd()) },
  { name: 'quoted thrice', wrap: eachLine((line) => `>> > ${line}`) },
  { name: 'quoted by bars', wrap: eachLine((line) => `| ${line}`.trimEnd()) },
  { name: 'in a fence', wrap: (text) => `It says:\n\n\`\`\`\n${text}\n\`\`\`\n` },
  { name: 'in a quoted fence', wrap: (text) => eachLine((line) => `> ${line}`)(`\`\`\`\n${text}\n\`\`\``) },
  { name: 'with Markdown escapes', wrap: (text) => text.replace(/[_>[\]*-]/g, '\\$&') },
  { name: 'in a table', wrap: eachLine((line) => `| ${line.padEnd(200)} |`) },
  { name: 'as code, line by line', wrap: eachLine((line) => (line === '' ? '' : `\`${line}\``)) },
  { name: 'as a diff', wrap: eachLine((line) => `+${line}`) },
  // Trackers
  {
    name: 'with <br/>',
    wrap: (text) => `<div class="panel"><pre>${html(text).replaceAll('\n', '<br/>\n')}</pre></div>`,
  },
  { name: 'with <br> in one line', wrap: (text) => `<p>${html(text).replaceAll('\n', '<br>')}</p>` },
  { name: 'in fonts', wrap: eachLine((line) => `<font color="#205081">${html(line)}</font><br/>`) },
  { name: 'in paragraphs', wrap: (text) => eachLine((line) => `<p>${html(line)}</p>\n`)(text) },
  {
    name: 'in divisions of one line',
    wrap: (text) =>
      text
        .split('\n')
        .map((line) => `<div>${html(line)}</div>`)
        .join(''),
  },
  {
    name: 'in a numbered HTML table',
    wrap: eachLine(
      (line, at) => `<tr><td data-line="${at}"></td><td class="code"><span class="x">${html(line)}</span></td></tr>`,
    ),
  },
  { name: 'escaped twice', wrap: (text) => html(html(text)) },
  { name: 'with numeric entities', wrap: (text) => text.replaceAll('>', '&#62;').replaceAll(' ', '&#xa0;') },
  { name: 'in {noformat}', wrap: (text) => `{noformat}\n${text}\n{noformat}` },
  { name: 'in {code} on the same line', wrap: (text) => `{code:java}${text}{code}` },
  // Terminals
  { name: 'coloured', wrap: eachLine((line) => `\x1b[1;32m${line}\x1b[0m\x1b[K`) },
  { name: 'coloured, without the escape character', wrap: eachLine((line) => `[32m${line}[0m`) },
  { name: 'coloured, by cat -v', wrap: eachLine((line) => `^[[32m${line}^[[0m`) },
  { name: 'underlined by overstriking', wrap: (text) => text.replaceAll('ip4', '_\bi_\bp_\b4') },
  { name: 'paged', wrap: eachLine((line, at) => (at % 20 === 19 ? `-- more --(1-24/97)\r\x1b[K${line}` : line)) },
  { name: 'behind a prompt', wrap: (text) => `vpp# show trace\n${text}\nvpp# ` },
  // Logs
  { name: 'numbered', wrap: eachLine((line, at) => `${String(at + 1).padStart(6)}\t${line}`) },
  { name: 'numbered with colons', wrap: eachLine((line, at) => `${at + 1}: ${line}`) },
  { name: 'numbered with bars', wrap: eachLine((line, at) => `${String(at + 1).padStart(3)} | ${line}`) },
  { name: 'from grep -n', wrap: eachLine((line, at) => `trace.txt:${at + 1}:${line}`) },
  { name: 'from syslog', wrap: eachLine((line, at) => `Nov 28 17:03:${two(at)} node1 vpp[${1234 + at}]: ${line}`) },
  { name: 'from kubectl', wrap: eachLine((line) => `[pod/contiv-vswitch-4xk9d/contiv-vswitch] ${line}`) },
  { name: 'from docker compose', wrap: eachLine((line) => `vpp_1    | ${line}`) },
  {
    name: 'from a container runtime',
    wrap: eachLine((line, at) => `2018-11-28T17:03:${two(at)}.${123456 + at}Z stdout F ${line}`),
  },
  { name: 'from a test log', wrap: eachLine((line, at) => `20181128 17:03:${two(at)}.123 - DEBUG - ${line}`) },
  { name: 'from a build log', wrap: eachLine((line, at) => `17:03:${two(at)} ${line}`) },
  { name: 'quoted behind a log prefix', wrap: eachLine((line, at) => `17:03:${two(at)} > ${line}`) },
  // Strings
  { name: 'as a JSON string', wrap: (text) => JSON.stringify(text) },
  { name: 'in a JSON answer', wrap: (text) => JSON.stringify({ retval: 0, reply: text }, null, 2) },
  { name: 'as a JSON list of lines', wrap: (text) => JSON.stringify(text.split('\n')) },
  {
    name: "from Docker's log",
    wrap: eachLine((line, at) =>
      JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: `2018-11-28T17:03:${two(at)}Z` }),
    ),
  },
  { name: 'printed with escapes', wrap: (text) => `reply = b'${text.replaceAll('\n', '\\r\\n')}'` },
  { name: 'in a field of a log', wrap: (text) => `level=info msg="${text.replaceAll('\n', '\\n')}" pod=x` },
];
