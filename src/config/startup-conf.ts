/**
 * Sections of startup.conf that stand in a script as they are. What matters of them is read; the others say how VPP runs, not what it does.
 * VPP 19.08 and 26.06, VLIB_CONFIG_FUNCTION
 */

import { alternatives } from '../pipeline/command/suggest.js';
import type { Token } from '../pipeline/command/tokens.js';
import { Complaint } from './complaints.js';
import type { Grammar } from './grammar.js';
import { quoted } from './read-command.js';

/** `# startup: SECTION { … }` */
export const STARTUP = 'startup:';

/** What else there is to know of a section. */
const REMARKS: Readonly<Record<string, string>> = {
  cpu: 'one worker is modelled: with several, each draws ports of NAT44 from a part of its own',
  unix: 'the script that it names is not read: "exec FILE" reads it',
  plugins: 'plugins are loaded where a command needs them',
};

const SECTIONS = new Set([
  'acl-plugin', 'api-fuzz', 'api-queue', 'api-segment', 'api-trace', 'buffers', 'calico-policy-plugin', 'cj', 'cnat', 'cpu', 'crypto-engines',
  'crypto_sw_scheduler', 'ct6', 'devices', 'dns', 'dpdk', 'dsa', 'dslite', 'ethernet', 'fateshare', 'heapsize', 'http', 'interface', 'ip', 'ip6', 'ipsec',
  'l2fib', 'l2learn', 'l2tp', 'l3fib', 'linux-cp', 'linux-nl', 'logging', 'mactime', 'mc', 'memory', 'mpls', 'nat', 'node', 'nsim', 'physmem',
  'plugin_path', 'plugins', 'punt', 'pvti', 'quic', 'selog', 'session', 'sfdp', 'socksvr', 'statseg', 'tap', 'tcp', 'test_plugin_path', 'tls', 'trace',
  'tuntap', 'udp', 'unix', 'unix-cli', 'vhost-user', 'vlib', 'vmxnet3',
]); // prettier-ignore

/** Of these the value stands behind the name, without braces. */
const SCALARS = new Set(['heapsize', 'plugin_path', 'test_plugin_path']);

/** Whether a line begins a section; `scalar` where it is all of it. */
export function startsSection([first, second]: readonly (Token | undefined)[]): 'braces' | 'scalar' | null {
  if (first === undefined || second === undefined || !SECTIONS.has(first.text)) return null;
  return second.text === '{' ? 'braces' : SCALARS.has(first.text) ? 'scalar' : null;
}

export const remarkOn = (section: string): string => REMARKS[section] ?? '';

/** Names that a section `dpdk` gives to devices, in the order in which DPDK finds them. */
export function devicesNamed(words: readonly string[]): string[] {
  const devices: { readonly address: string; readonly name: string }[] = [];
  words.forEach((word, i) => {
    if (word !== 'dev' || words[i + 2] !== '{') return;
    const options = words.slice(i + 3, words.indexOf('}', i));
    const at = options.indexOf('name');
    if (at >= 0) devices.push({ address: words[i + 1], name: options[at + 1] });
  });
  return devices.sort((a, b) => (a.address < b.address ? -1 : 1)).map(({ name }) => name);
}

/** @param tokens of a comment that begins as those do */
export function noSuchSection(tokens: readonly Token[], directives: Grammar['directives']): Complaint {
  const [startup, section] = [tokens[0], tokens.at(1)];
  if (section && tokens.at(2)?.text === '{')
    return new Complaint(section.column, `not modelled: the section ${quoted(section.text)} of startup.conf`);
  const paths = [...directives.keys()].filter((path) => path.startsWith(STARTUP));
  const known = alternatives(paths.map((path) => quoted(path.slice(STARTUP.length + 1))));
  return section
    ? new Complaint(section.column, `expected ${known}, found ${quoted(section.text)}`)
    : new Complaint(startup.column + STARTUP.length, `expected ${known} at the end of the line`);
}
