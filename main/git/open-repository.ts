import { type SimpleGit, simpleGit } from 'simple-git'
import { gitFailure } from './git-failure.ts'

/** The git repository that a workspace lies in, driven by the person's own git: hooks, signing and helpers are theirs. */
export interface Repository {
  /** Absolute, as git says it: links followed. */
  readonly root: string
  readonly git: SimpleGit
}

/** A remote that says nothing for so long is given up. */
const silenceMs = 120_000

/**
 * Finds the repository around a folder. Returns why there is none as a value: that is nothing to be sorry about. Rejects
 * with a Refusal when git itself fails.
 */
export async function openRepository(folder: string): Promise<Repository | 'no-git' | 'no-repository'> {
  const root = await gitIn(folder)
    .raw(['rev-parse', '--show-toplevel'])
    .catch((error: unknown) =>
      isMissingGit(error) ? 'no-git' : isNoRepository(error) ? 'no-repository' : failed(error),
    )
  if (root === 'no-git' || root === 'no-repository') return root
  const path = root.replace(/\r?\n$/, '')
  return { root: path, git: gitIn(path) }
}

/** Makes a folder a repository. Returns that there is no git to do it as a value; rejects with a Refusal otherwise. */
export async function initRepository(folder: string): Promise<'no-git' | undefined> {
  return gitIn(folder)
    .raw(['init'])
    .then(
      () => undefined,
      (error: unknown) => (isMissingGit(error) ? 'no-git' : failed(error, 'make a repository')),
    )
}

export function gitIn(baseDir: string): SimpleGit {
  // Nobody sits at the terminal that this program may have been started from: a question there would never be answered.
  process.env.GIT_TERMINAL_PROMPT ??= '0'
  // ssh would open that terminal by itself; this way it asks in a window, or not at all.
  process.env.SSH_ASKPASS_REQUIRE ??= 'force'
  // Their git is to work as it does in their terminal, so it sees what they have set for it.
  const theirs = Object.keys(process.env).filter((name) => /^(GIT_|SSH_ASKPASS$)/.test(name))
  return simpleGit({
    baseDir,
    allowEnvironment: theirs,
    timeout: { block: silenceMs },
    // Failing without a word is failing too: a hook may do that.
    errors: (error, { exitCode, stdOut }) => error ?? (exitCode === 0 ? undefined : Buffer.concat(stdOut)),
  })
}

function isMissingGit(error: unknown): boolean {
  // macOS comes with a `git` that only says how to install one.
  return error instanceof Error && /ENOENT|xcode-select:|xcrun: error/.test(error.message)
}

function isNoRepository(error: unknown): boolean {
  return error instanceof Error && /not a git repository/i.test(error.message)
}

function failed(error: unknown, act = 'look at the repository'): never {
  throw gitFailure(error, act)
}
