/** Back ends of a service by command (VPP 19.08 src/plugins/nat/nat44_cli.c, VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_cli.c). */

import { addressAndPort, number, u32 } from '../command/arguments.js';
import { command, required, type CommandRow } from '../command/command-row.js';
import { anyOrder, argument, optional, sequence, word } from '../command/matcher.js';
import {
  check,
  ED_ONLY,
  formatExternal,
  isDelete,
  NAT_PROTOCOLS,
  protocol,
  requireEnabled,
  type NatWords,
} from './nat-command.js';
import { changeBackEnd } from './state/back-ends.js';

export const backEndCommand = (words: NatWords): CommandRow =>
  command(
    `${words.nat44} add load-balancing back-end`,
    anyOrder(
      sequence(
        word('local'),
        argument('local', addressAndPort),
        optional(sequence(word('vrf'), argument('vrf', u32('a VRF id')))),
        word('probability'),
        argument('probability', number('a probability', 0, 255)),
      ),
      sequence(word('external'), argument('external', addressAndPort)),
      sequence(word('protocol'), argument('protocol', protocol)),
      isDelete,
    ),
    {
      build: (values) => ({
        kind: 'nat44-back-end',
        external: required(values.external, '"external ADDRESS:PORT"'),
        local: required(values.local, '"local ADDRESS:PORT probability N"'),
        probability: values.probability ?? 0,
        vrf: values.vrf ?? 0,
        protocol: required(values.protocol, '"protocol tcp|udp|icmp"'),
        isDelete: values.isDelete ?? false,
      }),
      // VPP 26.06 reads both ports without exchanging their bytes; here they are what is meant.
      apply: ({ external, local, probability, vrf: table, protocol: of, isDelete: goes }, tables, at) => {
        requireEnabled(words, tables, at);
        const request = {
          externalAddress: external.address,
          externalPort: external.port,
          protocol: NAT_PROTOCOLS[of],
          local: { ...local, probability, vrf: table },
        };
        const service = formatExternal(external.address, external.port);
        const back = formatExternal(local.address, local.port);
        const sentences = {
          'feature-disabled': `back ends come and go ${ED_ONLY}`,
          invalid: `${service} is no load-balancing mapping`,
          missing: goes ? `${service} has no back end ${back}` : `there is no static mapping of ${service}`,
          exists: `${service} has the back end ${back} already`,
          'in-use': `${service} keeps at least two back ends`,
        };
        check(changeBackEnd(tables.nat44, request, goes), sentences, at);
      },
    },
  );
