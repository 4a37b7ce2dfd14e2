/** VXLAN tunnels. */

import type { Plugin } from '../plugin.js';
import { vxlanCommands, vxlanView } from './commands.js';
import { vxlan4Encap } from './vxlan4-encap.js';
import { vxlan4Input } from './vxlan4-input.js';
import { VxlanTunnels } from './vxlan-tunnels.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly vxlan: VxlanTunnels;
  }
}

export const vxlan: Plugin = {
  name: 'vxlan',
  state: () => ({ vxlan: new VxlanTunnels() }),
  nodes: [vxlan4Input, vxlan4Encap],
  commands: vxlanCommands,
  view: vxlanView,
  remedies: {
    NO_SUCH_TUNNEL: 'the node needs a VXLAN tunnel with these ends and this VNI',
    BAD_FLAGS: 'the VXLAN header has to have flags 0x08',
  },
};
