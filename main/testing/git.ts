import { execFileSync } from 'node:child_process'

/** Nobody's own configuration, and a name to commit by; for the program too that a test starts. */
export const gitEnv = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@harbor.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@harbor.test',
}

const realPath = process.env.PATH

/** git itself, as a person types it, also while a test has taken git away from the program. Returns what it prints. */
export function git(cwd: string, ...args: readonly string[]): string {
  const env = { ...process.env, PATH: realPath, ...gitEnv }
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
