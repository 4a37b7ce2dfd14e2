/** What `vppcap completion` takes. */

import { text, type CommandTable, type Given } from '../option-table.js';

/** By which shells ask for words (completion.ts). */
export const COMPLETE = '--complete';

export const COMPLETION = {
  name: 'completion',
  describe: 'print the script that completes commands and options in a shell',
  positionals: {
    shell: text('shell that is to complete', { isRequired: true, choices: ['bash', 'zsh', 'fish'] }),
  },
  options: {},
  examples: [
    ['source <(vppcap completion bash)', 'in ~/.bashrc; zsh likewise in ~/.zshrc, after compinit'],
    ['vppcap completion fish >~/.config/fish/completions/vppcap.fish', 'once'],
  ],
} as const satisfies CommandTable;

export type CompletionArguments = Given<typeof COMPLETION>;
