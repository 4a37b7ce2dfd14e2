/** `set interface promiscuous`, and `# ethernet-input: generic`: which path of that node frames take. */

import { requireInterface } from '../command/apply-command.js';
import { interfaceName } from '../command/arguments.js';
import { command, type CommandRow } from '../command/command-row.js';
import { argument, choice, means, sequence } from '../command/matcher.js';
import type { ViewPart } from '../command/node-view.js';

declare module '../command/node-view.js' {
  interface NodeView {
    ethernetInput: 'fast' | 'generic';
  }
}

export const promiscuousCommand = command(
  'set interface promiscuous',
  sequence(choice(means('on', { isOn: true }), means('off', { isOn: false })), argument('on', interfaceName)),
  {
    build: ({ isOn, on }) => ({ kind: 'promiscuous', isOn: isOn === true, on }),
    apply: ({ isOn, on }, tables, at) => {
      tables.interfaces.isPromiscuousOf[requireInterface(tables, on, at).swIfIndex] = isOn ? 1 : 0;
    },
    show: ({ isOn, on }, { view }) => void (view.options[`promiscuous ${on}`] = isOn ? 'on' : 'off'),
  },
);

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
