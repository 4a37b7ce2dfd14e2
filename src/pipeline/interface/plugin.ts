/** Devices and interfaces: where frames come in, go out, and end. */

import type { Interface } from '../engine/state/interface-table.js';
import type { AnyNode } from '../engine/node.js';
import type { Plugin } from '../plugin.js';
import { interfaceCommands, interfaceView } from './commands.js';
import { interfaceDirectives } from './create-commands.js';
import { inputNodes } from './input-nodes.js';
import { deviceTx, interfaceOutput, loopbackTx, outputNode } from './interface-output.js';
import { terminalNodes } from './terminal-nodes.js';

const interfaceNodes = (owner: Interface): AnyNode[] => [
  outputNode(owner),
  owner.device === 'loopback' ? loopbackTx(owner) : deviceTx(owner),
];

export const interfacePlugin: Plugin = {
  name: 'interface',
  nodes: [...inputNodes, interfaceOutput, ...terminalNodes],
  interfaceNodes,
  commands: interfaceCommands,
  directives: interfaceDirectives,
  view: interfaceView,
};
