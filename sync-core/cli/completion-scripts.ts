import { commandNames, help } from './usage.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** A script for a shell that completes commands and their options; what is no option is completed as a path. */
export function completionScript(shell: Shell): string {
  return shell === 'bash' ? bashScript() : shell === 'zsh' ? zshScript() : fishScript()
}

interface CompletedCommand {
  readonly name: string
  readonly options: readonly string[]
}

/** Options are those that a command's help names, so that neither has to be kept for the other. */
function commands(): readonly CompletedCommand[] {
  return commandNames.map((name) => ({
    name,
    options: [...new Set([...help[name].matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option))],
  }))
}

function bashScript(): string {
  const cases = commands().map(({ name, options }) => `    ${name}) options="${options.join(' ')}" ;;`)
  return `# rejot completion bash > ~/.local/share/bash-completion/completions/rejot
_rejot() {
  local word="\${COMP_WORDS[COMP_CWORD]}" options=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "help ${commandNames.join(' ')}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help) COMPREPLY=($(compgen -W "${commandNames.join(' ')}" -- "$word")); return ;;
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
  esac
}
complete -o default -F _rejot rejot
`
}

function zshScript(): string {
  const cases = commands().map(({ name, options }) => `    ${name}) options=(${options.join(' ')}) ;;`)
  return `#compdef rejot
# rejot completion zsh > a file named _rejot in a folder of $fpath
_rejot() {
  local -a options
  if (( CURRENT == 2 )); then
    compadd help ${commandNames.join(' ')}
    return
  fi
  case "$words[2]" in
    help) compadd ${commandNames.join(' ')}; return ;;
${cases.join('\n')}
  esac
  if [[ "$words[CURRENT]" == -* ]]; then compadd -- $options; else _files; fi
}
_rejot "$@"
`
}

function fishScript(): string {
  const none = `-n '__fish_use_subcommand' -f`
  const names = ['help', ...commandNames].map((name) => `complete -c rejot ${none} -a ${name}`)
  const options = commands().flatMap(({ name, options }) =>
    options.map((option) => `complete -c rejot -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`),
  )
  return `# rejot completion fish > ~/.config/fish/completions/rejot.fish\n${[...names, ...options].join('\n')}\n`
}
