import { Refusal } from '../ipc/refusal.ts'

/** What git says when it fails, in whose words a person finds what to do; by what is known to stand in them. */
const knownCauses: readonly (readonly [RegExp, string, string])[] = [
  [
    /non-fast-forward|fetch first|\[rejected\]/i,
    'the remote has commits that are not here',
    'Pull first, look at what came, and push again.',
  ],
  [
    /refusing to merge unrelated histories/i,
    'the two have no commit in common',
    'Look whether the remote is the right one.',
  ],
  [
    /couldn't find remote ref/i,
    'the remote has no such branch',
    'Look at what it is called there, and add the repository with that.',
  ],
  [
    /Authentication failed|could not read (Username|Password)|Permission denied|terminal prompts disabled/i,
    'the remote does not let this computer in',
    'Sign in with git once in a terminal, so that its credential helper or SSH key knows it.',
  ],
  [
    /Could not resolve host|unable to access|Connection (refused|timed out)|Could not read from remote/i,
    'the remote cannot be reached',
    'Look at the network and at the address of the remote, and try again.',
  ],
  [
    /Please tell me who you are|empty ident name|unable to auto-detect email/i,
    'git does not know your name',
    'Set it once: git config --global user.name "…" and user.email "…".',
  ],
  [
    /gpg failed to sign|failed to sign the data|signing failed|incorrect passphrase|Couldn't load public key/i,
    'it could not be signed',
    'Look whether your key is there and unlocked.',
  ],
  [
    /would be overwritten by (merge|checkout)|commit your changes or stash/i,
    'files that were changed here would be overwritten',
    'Commit those changes first, or take them back.',
  ],
  [/index\.lock/i, 'another git works in this repository', 'Wait until it is done, and try again.'],
  [/block timeout reached/i, 'the remote said nothing for two minutes', 'Try again later.'],
]

/** A failure of git as a sentence: `Cannot push: the remote has commits that are not here`. Its own words are in the details. */
export function gitFailure(error: unknown, act: string): Refusal {
  const words = withoutCredentials(error instanceof Error ? error.message : String(error)).trim()
  const [, cause, solution] = knownCauses.find(([pattern]) => pattern.test(words)) ?? []
  return new Refusal({
    message: `Cannot ${act}: ${cause ?? 'git says no'}`,
    solution: solution ?? 'What git says stands below.',
    details: words,
  })
}

/** A remote's address may hold a password. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/(\w+:\/\/)[^/\s@]+@/g, '$1')
}
