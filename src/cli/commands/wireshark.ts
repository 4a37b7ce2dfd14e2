/** What `vppcap wireshark` takes. */

import { flag, text, type CommandTable, type Given } from '../option-table.js';

export const WIRESHARK = {
  name: 'wireshark',
  describe:
    "a profile for Wireshark, with what comments say as fields: columns, colours, `tshark -Y 'vppcap.acl.rule == 14'`",
  positionals: {},
  options: {
    output: text('folder to write the profile to', { alias: 'o' }),
    install: flag("put it among Wireshark's own profiles, and its script among the plugins"),
  },
  examples: [
    ['vppcap wireshark --install', 'then `wireshark -C vppcap out.pcapng`'],
    ['vppcap wireshark -o profile/', 'then `tshark -X lua_script:profile/vppcap.lua -r out.pcapng`'],
  ],
} as const satisfies CommandTable;

export type WiresharkArguments = Given<typeof WIRESHARK>;
