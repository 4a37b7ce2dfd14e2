/** `set interface promiscuous`, and `# ethernet-input: generic`: which path of that node frames take. */

import { requireInterface } from '../command/apply-command.js';
import { interfaceName } from '../command/arguments.js';
import { command, type CommandRow } from '../command/command-row.js';
import { argument, choice, means, sequence } from '../command/matcher.js';
import type { ViewPart } from '../command/node-view.js';
import type { DeviceClass, Interface, InterfaceTable } from '../engine/state/interface-table.js';

declare module '../command/node-view.js' {
  interface NodeView {
    ethernetInput: 'fast' | 'generic';
  }
}

/** Devices that let no frame pass which is to another MAC (VNET_HW_IF_CAP_MAC_FILTER). */
const FILTERING: ReadonlySet<DeviceClass> = new Set(['dpdk', 'rdma', 'idpf']);

/**
 * Sets whether ethernet-input compares MACs on an interface.
 * @param everywhere it does so wherever the device does not
 */
export function checkMacs(
  { checksMacOf }: InterfaceTable,
  { swIfIndex, device }: Interface,
  everywhere: boolean,
  isPromiscuous: boolean,
): void {
  checksMacOf[swIfIndex] = isPromiscuous || (everywhere && !FILTERING.has(device)) ? 1 : 0;
}

export const ethernetCommands: readonly CommandRow[] = [
  command(
    'set interface promiscuous',
    sequence(choice(means('on', { isOn: true }), means('off', { isOn: false })), argument('on', interfaceName)),
    {
      build: ({ isOn, on }) => ({ kind: 'promiscuous', isOn: isOn === true, on }),
      apply: ({ isOn, on }, tables, at) => {
        const { interfaces, composition } = tables;
        checkMacs(interfaces, requireInterface(tables, on, at), composition.behaviour.checksMacEverywhere, isOn);
      },
      show: ({ isOn, on }, { view }) => void (view.options[`promiscuous ${on}`] = isOn ? 'on' : 'off'),
    },
  ),
];

export const ethernetStartup: readonly CommandRow[] = [
  command('ethernet-input:', means('generic', {}), {
    build: () => ({ kind: 'ethernet-input' }),
    apply: (_, tables) => void (tables.ethernetInputGeneric = true),
    show: (_, { view }) => void (view.ethernetInput = 'generic'),
  }),
];

export const ethernetView: ViewPart = {
  node: () => ({ ethernetInput: 'fast' }),
  headline: { order: 20, text: ({ ethernetInput }) => `ethernet-input ${ethernetInput}` },
};
