/** `# ethernet-input: generic`: which path of that node frames take. */

import { command, type CommandRow } from '../command/command-row.js';
import { means } from '../command/matcher.js';
import type { ViewPart } from '../command/node-view.js';

declare module '../command/node-view.js' {
  interface NodeView {
    ethernetInput: 'fast' | 'generic';
  }
}

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
