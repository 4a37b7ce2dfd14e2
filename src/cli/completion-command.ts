/** `vppcap completion <shell>`: the script by which a shell completes vppcap's words. */

import type { Argv, CommandModule } from 'yargs';
import { print } from './print.js';

/**
 * The command itself knows its commands and options: yargs prints them for --get-yargs-completions. Whatever is no option
 * names a file, which shells complete best by themselves. It prints short options as --o, which is none.
 */
const SCRIPTS = {
  bash: `_vppcap() {
  local current=\${COMP_WORDS[COMP_CWORD]} IFS=$'\\n'
  COMPREPLY=()
  if ((COMP_CWORD == 1)) || [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(SHELL=bash vppcap --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}" | grep -v '^--.$')" -- "$current"))
  fi
}
complete -o bashdefault -o default -F _vppcap vppcap`,
  zsh: `#compdef vppcap
_vppcap() {
  local -a found
  if ((CURRENT == 2)) || [[ $words[CURRENT] == -* ]]; then
    found=("\${(@f)$(SHELL=zsh vppcap --get-yargs-completions "\${(@)words[1,CURRENT]}" | grep -v '^--.:')}")
    _describe vppcap found
  else
    _default
  fi
}
if [[ $funcstack[1] == _vppcap ]]; then _vppcap "$@"; else compdef _vppcap vppcap; fi`,
  fish: `function __vppcap_words
    SHELL=fish vppcap --get-yargs-completions (commandline -opc) (commandline -ct) | string match -rv '^--.\\t'
end
complete -c vppcap -n 'test (count (commandline -opc)) -eq 1' -f -a '(__vppcap_words)'
complete -c vppcap -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__vppcap_words)'`,
} as const;

type Shell = keyof typeof SCRIPTS;

const SHELLS = Object.keys(SCRIPTS) as Shell[];

export const completionCommand: CommandModule<object, { shell: Shell }> = {
  command: 'completion <shell>',
  describe: 'print the script that completes commands and options in a shell',
  builder: (parser: Argv): Argv<{ shell: Shell }> =>
    parser
      .positional('shell', { choices: SHELLS, demandOption: true, describe: 'shell that is to complete' })
      .example('source <($0 completion bash)', 'in ~/.bashrc; zsh likewise in ~/.zshrc, after compinit')
      .example('$0 completion fish >~/.config/fish/completions/vppcap.fish', 'once'),
  handler: ({ shell }): void => {
    print(SCRIPTS[shell]);
  },
};
