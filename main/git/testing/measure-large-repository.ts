/**
 * Prints how long the Changes screen reads a repository of 20,000 files and 2,000 commits, beside `git status --porcelain`
 * in the same folder: `node_modules/.bin/node main/git/testing/measure-large-repository.ts [ROUNDS]`.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWorkspaceRepository } from '../open-workspace-repository.ts'

const rounds = Number(process.argv[2] ?? 15)
const files = 20_000
const commits = 2_000
const manifestPath = 'contracts/rejot-manifest.json'
const searchPath = process.env.PATH

const root = mkdtempSync(join(tmpdir(), 'rejot-large-'))
const git = (args: readonly string[], input = '') =>
  execFileSync('git', args, { cwd: root, input, encoding: 'utf8', env: { ...process.env, PATH: searchPath } })
try {
  git(['init', '--quiet', '--initial-branch', 'main'])
  git(['fast-import', '--quiet'], history())
  git(['reset', '--quiet', '--hard'])
  // Somebody's day: a contract, and files of others.
  for (const path of [manifestPath, pathOf(1), pathOf(2)]) appendFileSync(join(root, path), '\n')
  const say = (line: string) => process.stdout.write(`${line}\n`)
  say(`${files} files, ${commits} commits, median of ${rounds}`)
  const statusMs = await median(async () => git(['status', '--porcelain']))
  say(`git status --porcelain: ${statusMs.toFixed(0)} ms`)
  const readMs = await median(readScreen)
  say(`Changes: ${readMs.toFixed(0)} ms, ${(readMs / statusMs).toFixed(1)} times it`)
  process.env.PATH = root
  const withoutGitMs = await median(readScreen)
  say(`Changes without git: ${withoutGitMs.toFixed(0)} ms, ${(withoutGitMs / statusMs).toFixed(1)} times it`)
} finally {
  rmSync(root, { recursive: true, force: true })
}

async function readScreen(): Promise<unknown> {
  const repository = await openWorkspaceRepository(root)
  return repository === 'no-repository' ? undefined : repository.read([join(root, manifestPath)])
}

/** In milliseconds; the first time, with nothing in the caches, does not count. */
async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now()
    await work()
    if (round > 0) times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

function pathOf(index: number): string {
  return `packages/p${index % 200}/src/file-${index}.ts`
}

/** For `git fast-import`: all files in the first commit, ten of them other ones in each that follows. */
function history(): string {
  const file = (path: string, text: string) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`
  const manifest = '{ "slug": "crm", "manifestVersion": 1, "connections": [] }\n'
  const commit = (number: number) => {
    const words = `Change ${number}`
    const changed =
      number === 0
        ? file(manifestPath, manifest) +
          Array.from({ length: files - 1 }, (_, index) => file(pathOf(index), `export const x = ${index}\n`)).join('')
        : Array.from({ length: 10 }, (_, index) =>
            file(pathOf((number * 10 + index) % (files - 1)), `export const x = ${number}\n`),
          ).join('')
    const who = `committer Ada <ada@harbor.test> ${1_700_000_000 + number} +0000`
    return `commit refs/heads/main\n${who}\ndata ${words.length}\n${words}\n${changed}`
  }
  return Array.from({ length: commits }, (_, number) => commit(number)).join('')
}
