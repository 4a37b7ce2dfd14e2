/** Devices and interfaces: where frames come in, go out, and end. */

import type { Interface } from '../engine/state/interface-table.js';
import type { AnyNode } from '../engine/node.js';
import type { Plugin } from '../plugin.js';
import { interfaceCommands, interfaceView } from './commands.js';
import { interfaceDirectives } from './create-commands.js';
import { nameDirective } from './host-names.js';
import { inputNodes } from './input-nodes.js';
import { deviceTx, interfaceOutput, loopbackTx, outputNode } from './interface-output.js';
import { interfaceStepWords } from './interface-steps.js';
import { terminalNodes } from './terminal-nodes.js';

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** VPP's own capture has a packet that comes through output features twice: of interface-output, and of the interface's own node. */
    readonly writesOutputTwice: boolean;
    /** It names the reason of a drop by the short name of its counter. */
    readonly namesDropsShortly: boolean;
  }
}

const interfaceNodes = (owner: Interface): AnyNode[] =>
  owner.sub === null ? [outputNode(owner), owner.device === 'loopback' ? loopbackTx(owner) : deviceTx(owner)] : [];

export const interfacePlugin: Plugin = {
  name: 'interface',
  state: () => ({ hostNames: new Map() }),
  nodes: [...inputNodes, interfaceOutput, ...terminalNodes],
  interfaceNodes,
  commands: interfaceCommands,
  directives: interfaceDirectives,
  startup: [nameDirective],
  view: interfaceView,
  stepWords: interfaceStepWords,
};
