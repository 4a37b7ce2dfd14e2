/**
 * What is known of commands that are not modelled: which release has them, in which part of VPP, and whether they leave packets
 * alone. "Without effect" is said of commands that change nothing of what is modelled, at most what VPP shows or how fast it is.
 */

import type { VppCommand } from '../pipeline/command/command-row.js';
import { VPP_COMMAND_LIST } from './vpp-command-list.js';

/** The releases whose commands are listed. */
const BOTH = ['19.08', '26.06'];

const CORE = new Set(['vnet', 'vlib', 'vpp', 'vlibmemory', 'vlibapi', 'svm', 'vppinfra']);

/** Each with all that begins with it. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'show', 'help', 'choices', 'history', 'quit', 'q', 'exit', 'echo', 'trace', 'pcap', 'event-logger', 'elog trace', 'selog',
      'memory-trace', 'save memory-trace', 'api trace', 'perfmon', 'monitor interface', 'adjacency counters', 'dpdk trace save',
      'buffer metadata tracking', 'interface collect detailed-stats', 'create memif socket', 'nat set logging level',
      'nat44 ei set logging level', 'clear api histogram', 'clear counters', 'clear errors', 'clear fib walk',
      'clear hardware-interfaces', 'clear interface tag', 'clear interfaces', 'clear logging', 'clear node counters', 'clear pmc',
      'clear runtime', 'clear trace', 'set acl-plugin event-trace', 'set acl-plugin heap', 'set api-trace', 'set bpf trace filter',
      'set buffer traces', 'set dpdk crypto placement', 'set dpdk interface descriptors', 'set fib walk', 'set interface default rx-mode',
      'set interface rss queues', 'set interface rx-mode', 'set interface rx-placement', 'set interface tag', 'set interface tx-queue',
      'set logging', 'set nat frame-queue-nelts', 'set node function', 'set pcap filter function', 'set pmc', 'set significant error', 'set terminal',
      'set trace', 'wait', 'cj', 'classify filter', 'debug lacp', 'interface collect', 'session debug', 'set clock adjust',
      'set host-interface qdisc-bypass', 'set interface default', 'set interface handoff', 'set interface tx-hash', 'soft-rss', 'suspend', 'tcp debug', 'vpplog',
    ].map((path) => [path, '']),
  ),
  'ip probe-neighbor': 'the ARP request that it sends, before the first frame, is not among what leaves',
  ping: 'the echo requests that it sends, before the first frame, are not among what leaves',
  ...Object.fromEntries(
    ['flowprobe', 'ipfix flush', 'nat ipfix logging', 'nat44 ei ipfix logging', 'set ipfix exporter', 'set syslog', 'sflow'].map((path) => [
      path,
      'the records that it sends are not among what leaves',
    ]),
  ),
  'packet-generator': 'its packets are not among what arrives',
  lcp: 'no host interface is made: what linux-cp would hand to Linux ends as on a node without it',
}; // prettier-ignore

function withoutEffect(path: string): string | null {
  const words = path.split(' ');
  for (let count = words.length; count > 0; count--) {
    const note = WITHOUT_EFFECT[words.slice(0, count).join(' ')] as string | undefined;
    if (note !== undefined) return note;
  }
  return null;
}

/** Options of `set acl-plugin`, which reads them itself, and of VPP's CLI as such. The list of commands does not have them. */
const READ_BY_HANDLERS: readonly VppCommand[] = [
  ...['event-trace', 'heap', 'reclassify-sessions', 'session table'].map((option) => ({
    path: `set acl-plugin ${option}`,
    plugin: 'acl',
  })),
  ...['help', 'choices', 'uncomment', 'leak-check', 'vpplog'].map((path) => ({ path, plugin: null })),
].map(({ path, plugin }) => ({ path, plugin, releases: BOTH, withoutEffect: withoutEffect(path) }));

/** All of them, made anew at each call. */
export function vppCommands(): VppCommand[] {
  const listed = VPP_COMMAND_LIST.split('\n').flatMap((line) => {
    const [, release, part, paths] = /^(\S+) (\S+): (.*)$/.exec(line) ?? [];
    return paths.split(', ').map((path) => ({
      path,
      plugin: CORE.has(part) ? null : part,
      releases: release === 'both' ? BOTH : [release],
      withoutEffect: withoutEffect(path),
    }));
  });
  return [...listed, ...READ_BY_HANDLERS];
}
