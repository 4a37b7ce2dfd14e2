/** `vppcap completion <shell>`: the script by which a shell completes vppcap's words. */

import { COMPLETE, type CompletionArguments } from './commands/completion.js';
import { EXIT_SUCCESS } from '../capture/exit-codes.js';
import { print } from './print.js';

/** The program that made the script, in quotes: it may be known by an alias or by npx only, which a script cannot call. */
const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
const PROGRAM = [process.execPath, process.argv[1] ?? ''].map(quoted).join(' ');

/** Each asks the command for the words (completion.ts) and completes a file's name where it has none. */
const SCRIPTS = {
  bash: `_vppcap_words() {
  if type -P vppcap >/dev/null; then command vppcap ${COMPLETE} "$@"; else ${PROGRAM} ${COMPLETE} "$@"; fi 2>/dev/null
}
_vppcap() {
  local current=\${COMP_WORDS[COMP_CWORD]} IFS=$'\\n'
  if [[ $current == = ]]; then current=; fi
  COMPREPLY=($(compgen -W "$(_vppcap_words "\${COMP_WORDS[@]:1:COMP_CWORD}" | cut -f1)" -- "$current"))
  if [[ \${COMPREPLY-} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o bashdefault -o default -F _vppcap vppcap`,
  zsh: `#compdef vppcap
# zsh completes what an alias stands for, not the alias; a function of the same meaning is itself completed.
if (( \${+aliases[vppcap]} )); then functions[vppcap]="\${aliases[vppcap]} \\"\\$@\\""; unalias vppcap; fi
_vppcap_words() {
  if whence -p vppcap >/dev/null; then command vppcap ${COMPLETE} "$@"; else ${PROGRAM} ${COMPLETE} "$@"; fi 2>/dev/null
}
_vppcap() {
  local -a lines words_found texts
  lines=("\${(@f)$(_vppcap_words "\${(@)words[2,CURRENT]}")}")
  lines=(\${lines:#})
  if (( \${#lines} )); then
    words_found=("\${(@)lines%%$'\\t'*}")
    texts=("\${(@)lines//$'\\t'/  -- }")
    if [[ $words_found[1] == *= ]]; then compadd -S '' -d texts -a words_found; else compadd -l -d texts -a words_found; fi
  else
    compset -P '*='
    _files
  fi
}
if [[ $funcstack[1] == _vppcap ]]; then _vppcap "$@"; else compdef _vppcap vppcap; fi`,
  fish: `function __vppcap_words
    set -l given (commandline -opc) (commandline -ct)
    if type -fq vppcap
        command vppcap ${COMPLETE} $given[2..] 2>/dev/null
    else
        ${PROGRAM} ${COMPLETE} $given[2..] 2>/dev/null
    end
end
function __vppcap_has_words
    set -g __vppcap_found (__vppcap_words)
    test (count $__vppcap_found) -gt 0
end
complete -c vppcap -n __vppcap_has_words -f -a '$__vppcap_found'`,
} as const satisfies Readonly<Record<CompletionArguments['shell'], string>>;

export function printScript({ shell }: CompletionArguments): number {
  print(SCRIPTS[shell]);
  return EXIT_SUCCESS;
}
