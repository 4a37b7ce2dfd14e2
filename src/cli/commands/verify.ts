/** What `vppcap verify` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { fieldNames, maskNames } from './completion-values.js';
import { CONFIG_FILE, RELEASE } from './shared-options.js';

export const VERIFY = {
  name: 'verify',
  describe: 'compare two captures, packet by packet, field by field',
  positionals: {
    actual: { type: 'text', isRequired: true, describe: 'capture to judge, or a folder with one per interface' },
    expected: { type: 'text', isRequired: true, describe: 'what it should equal' },
  },
  options: {
    order: {
      type: 'text',
      choices: ['strict', 'flow', 'any'],
      describe: 'the order to keep on each interface (default: flow where there are several interfaces, else strict)',
    },
    contains: { type: 'flag', describe: 'packets beyond the expected ones are no difference' },
    unique: { type: 'flag', describe: 'packets that repeat an earlier one do not count' },
    ignore: {
      type: 'list',
      describe:
        'what is not compared: ip4.id,eth.src or tap2:ip4.ttl (on tap2 only) or payload@0-3; interface (its name); link (headers before IP)',
      values: fieldNames,
    },
    mask: {
      type: 'list',
      describe: 'bits of a field that are compared: ip4.src=255.255.255.0',
      values: maskNames,
    },
    map: {
      type: 'list',
      describe: 'interfaces to compare with each other, as named by <actual> and by <expected>: eth0=ens3',
    },
    natPorts: {
      type: 'text',
      choices: ['bind', 'exact'],
      describe: 'whether ports that NAT44 draws may be others, one to one (default: bind)',
    },
    natPool: {
      type: 'list',
      describe:
        'addresses whose ports NAT44 draws: 192.168.16.1 or 192.168.16.1-192.168.16.9 (default: those of the node)',
    },
    config: {
      ...CONFIG_FILE,
      describe: 'VPP CLI script of the node whose NAT pool counts (default: as for replay)',
    },
    release: RELEASE,
    timeTolerance: { type: 'text', describe: 'compare timestamps too, and allow for so many seconds' },
    comparePadding: { type: 'flag', describe: 'compare the bytes that fill short Ethernet frames' },
    json: { type: 'flag', describe: 'print the report as JSON' },
    quiet: { type: 'flag', alias: 'q', describe: 'print nothing but errors' },
  },
  examples: [
    ['vppcap verify out.pcapng expected.pcap', 'timestamps, file format and byte order do not matter'],
    ['vppcap verify out/ expected/ --ignore ip4.id', 'a folder of captures, and a field that may differ'],
  ],
} as const satisfies CommandTable;

export type VerifyArguments = Given<typeof VERIFY>;
