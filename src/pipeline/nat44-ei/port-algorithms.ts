/** How NAT44 EI chooses outside ports, by command (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei.c nat44_ei_alloc_range_cb, nat44_ei_alloc_mape_cb). */

import { number } from '../command/arguments.js';
import { command, Refusal, type CommandRow } from '../command/command-row.js';
import { argument, choice, sequence, word } from '../command/matcher.js';
import { requireEnabled } from '../nat-common/nat-command.js';
import type { PortPolicy, PortStream } from '../nat-common/state/port-stream.js';
import { EI_WORDS, NAT44_EI } from './mode.js';

/** `nat44 ei addr-port-assignment-alg default | map-e psid N psid-offset N psid-len N | port-range N - N` */
export interface PortAlgorithm {
  readonly kind: 'nat44-ei-port-algorithm';
  readonly policy: PortPolicy;
  /** For `vppcap config`: '1024 - 2047'; '' for the default. */
  readonly text: string;
}

/** nat_random_port */
function randomBetween(stream: PortStream, first: number, last: number): number {
  const wide = stream.random();
  const low = wide & 0xffff;
  return low >= first && low <= last ? low : first + (wide % (last - first + 1));
}

const portRange = (first: number, last: number): PortPolicy => ({
  start: () => 0,
  port: (stream) => randomBetween(stream, first, last),
  firstPort: first,
  portsOfFirst: last - first + 1,
});

/** RFC 7597 §5.1, as VPP puts it together: offset bits lowest, then the PSID, then the rest. */
function mapE(psid: number, offset: number, length: number): PortPolicy {
  const rest = 16 - (offset + length);
  return {
    start: () => 0,
    port: (stream) => {
      const low = randomBetween(stream, 1, 2 ** offset - 1);
      const high = randomBetween(stream, 0, 2 ** rest - 1);
      return (low | (psid << offset) | (high << (16 - rest))) & 0xffff;
    },
    firstPort: 1,
    portsOfFirst: 2 ** (16 - length) - 2 ** rest,
  };
}

const port = number('a port', 0, 65535);
const bits = number('a number of bits', 0, 16);

const algorithm = choice(
  word('default'),
  sequence(
    word('map-e'),
    word('psid'),
    argument('psid', number('a PSID', 0, 65535)),
    word('psid-offset'),
    argument('offset', bits),
    word('psid-len'),
    argument('length', bits),
  ),
  sequence(word('port-range'), argument('first', port), word('-'), argument('last', port)),
);

export const portAlgorithm: CommandRow<PortAlgorithm> = command('nat44 ei addr-port-assignment-alg', algorithm, {
  build: ({ first, last, psid, offset, length }): PortAlgorithm => {
    const kind = 'nat44-ei-port-algorithm';
    if (first !== undefined && last !== undefined) {
      if (last <= first) throw new Refusal('the last port must be greater than the first');
      return { kind, policy: portRange(first, last), text: `ports ${first} - ${last}` };
    }
    if (psid === undefined || offset === undefined || length === undefined)
      return { kind, policy: NAT44_EI.ports, text: '' };
    if (offset < 1 || offset + length > 16)
      throw new Refusal('offset and length of a PSID are 16 bits together at most');
    return { kind, policy: mapE(psid, offset, length), text: `PSID ${psid}, offset ${offset}, length ${length}` };
  },
  apply: ({ policy }, tables, at) => {
    requireEnabled(EI_WORDS, tables, at);
    tables.nat44.pool.policy = policy;
  },
  show: ({ text }, { view }) => {
    view.nat.used = true;
    if (text !== '') view.nat.addresses.push(text);
  },
});
