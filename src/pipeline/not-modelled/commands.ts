/** A command that is not modelled, in a script that is taken leniently: what it touches ends in drops that name it. */

import { MAC_ZERO, maskOf, parseAddress } from '../../wire/address.js';
import { TYPE_IP6 } from '../../wire/ethernet.js';
import { originOf } from '../command/apply-command.js';
import { isIp6Word, prefix as prefixType } from '../command/arguments.js';
import type { Command, CommandRow } from '../command/command-row.js';
import type { Prefix } from '../command/config-error.js';
import { WordInput } from '../command/matcher.js';
import { tokenize } from '../command/tokens.js';
import type { NotModelled } from '../engine/state/not-modelled.js';
import type { Tables } from '../engine/tables.js';
import { CONFIGURED_DROP, DROP_PATH, FibSource } from '../fib/fib-entry.js';
import { namesMade, touchOf, type Touch } from './touches.js';

export interface UnmodelledBody {
  readonly kind: 'not-modelled';
  /** The command's words in full. */
  readonly path: string;
  readonly why: string;
  /** Interfaces that it makes. */
  readonly makes: readonly string[];
}

const NO_NAMES: ReadonlySet<string> = new Set();
const NO_INPUT = new WordInput([], NO_NAMES);

/** IPv4 prefixes and addresses among the words, masked. */
function prefixesIn(words: readonly string[]): Prefix[] {
  return words.flatMap((word) => {
    const host = parseAddress(word);
    const read = host === null ? prefixType.read(word, NO_INPUT) : { address: host, length: 32 };
    return read === null || read.length === 0
      ? []
      : [{ address: read.address & maskOf(read.length), length: read.length }];
  });
}

/** A command on its way through what it touches. */
class Toucher {
  readonly touches: string[] = [];
  private readonly words: readonly string[];

  constructor(
    private readonly tables: Tables,
    private readonly touched: NotModelled,
    private readonly number: number,
    private readonly command: Command,
  ) {
    this.words = tokenize(command.text).map(({ text }) => text);
  }

  touch(touch: Touch, makes: readonly string[]): void {
    const isIp6 = touch.ip6Only ?? (this.words.some(isIp6Word) && prefixesIn(this.words).length === 0);
    if (makes.length > 0) {
      this.made(makes);
      return;
    }
    if (touch.interfaces === true) for (const word of this.words) this.interface(word, isIp6);
    if (touch.route === true) this.route();
    if (touch.destinations !== undefined && !isIp6) this.destinations(touch.destinations);
    if (touch.local === true) this.local();
    if (touch.nodes) {
      this.touched.touchNodes(touch.nodes, this.number);
      this.touches.push('what comes to its nodes');
    }
    for (const type of touch.etherTypes ?? []) this.etherType(type);
    const isNothing = Object.keys(touch).length === 0;
    if (isNothing || this.touches.length > 0) return;
    if (isIp6 || this.words.some(isIp6Word)) this.etherType(TYPE_IP6);
    else {
      if (this.touched.everything < 0) this.touched.everything = this.number;
      this.touches.push('everything');
    }
  }

  /** Interfaces that the command makes; what comes to the addresses it names may be for them. */
  private made(names: readonly string[]): void {
    const { interfaces } = this.tables;
    for (const name of names) {
      if (!interfaces.byName(name) && !interfaces.isFull)
        interfaces.create(name, 'dpdk', MAC_ZERO, originOf(this.command));
      this.interface(name, false);
    }
    if (prefixesIn(this.words).length > 0) this.local();
  }

  private interface(name: string, isIp6: boolean): void {
    const { swIfIndex } = this.tables.interfaces.byName(name) ?? { swIfIndex: 0 };
    if (swIfIndex === 0) return;
    const column = isIp6 ? this.touched.ip6Of : this.touched.interfaceOf;
    if (column[swIfIndex] < 0) column[swIfIndex] = this.number;
    const what = isIp6 ? `IPv6 on ${name}` : name;
    if (!this.touches.includes(what)) this.touches.push(what);
  }

  private destinations(which: 'all' | 'first'): void {
    const all = prefixesIn(this.words);
    for (const { address, length } of which === 'first' ? all.slice(0, 1) : all)
      this.touched.destinations.push({ address, mask: maskOf(length), command: this.number });
    const words = this.words.filter((word) => prefixesIn([word]).length > 0);
    this.touches.push(...(which === 'first' ? words.slice(0, 1) : words).map((word) => `packets to ${word}`));
  }

  private local(): void {
    const named = prefixesIn(this.words);
    const prefixes = named.length > 0 ? named : [{ address: 0, length: 0 }];
    for (const { address, length } of prefixes)
      this.touched.local.push({ address, mask: maskOf(length), command: this.number });
    this.touches.push(
      named.length > 0 ? 'packets for the node itself by these addresses' : 'packets for the node itself',
    );
  }

  private route(): void {
    const { ip4 } = this.tables;
    const at = this.words.indexOf('table');
    const fibIndex = at < 0 ? 0 : ip4.fibIndexOf(Number(this.words[at + 1]));
    const origin = originOf(this.command);
    const [first] = this.words.flatMap((word) => prefixType.read(word, NO_INPUT) ?? []);
    if ((first as Prefix | undefined) === undefined || fibIndex < 0) return;
    const { length } = first;
    const asked = {
      fibIndex,
      address: first.address & maskOf(length),
      length,
      source: FibSource.CLI,
      flags: 0,
      origin,
    };
    ip4.fib.replacePaths(asked, [{ ...DROP_PATH, index: CONFIGURED_DROP, origin }]);
    this.touched.routes.set(origin, this.number);
    this.touches.push('packets of its route');
  }

  private etherType(type: number): void {
    const { etherTypes } = this.touched;
    if (!etherTypes.has(type)) etherTypes.set(type, this.number);
    this.touches.push(type === TYPE_IP6 ? 'IPv6' : `frames of type 0x${type.toString(16)}`);
  }
}

/** Lets what the command touches end in drops; `tables` are of a script that is taken leniently. */
export function touch(command: Command, tables: Tables, { path, why, makes }: Omit<UnmodelledBody, 'kind'>): void {
  const { notModelled: touched } = tables;
  if (touched === null) return;
  const toucher = new Toucher(tables, touched, touched.commands.length, command);
  touched.commands.push({ text: command.text, at: command.at, why, touches: toucher.touches });
  toucher.touch(touchOf(path), makes);
}

const unmodelledRow: CommandRow<UnmodelledBody> = {
  path: '',
  read: () => null,
  apply: (body, tables, command) => {
    touch(command, tables, body);
  },
  show: ({ makes }, view) => {
    for (const name of makes) view.addInterface(name, 'not modelled', null);
  },
};

/** The line of a script as a command. `names` are the interfaces so far. */
export function unmodelledCommand(
  line: Pick<Command, 'at' | 'text'>,
  { path, why }: Pick<UnmodelledBody, 'path' | 'why'>,
  names: ReadonlySet<string>,
): Command<UnmodelledBody> {
  const makes = namesMade(
    path,
    tokenize(line.text).map(({ text }) => text),
    names,
  );
  return { ...line, body: { kind: 'not-modelled', path, why, makes }, row: unmodelledRow };
}
