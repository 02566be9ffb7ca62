#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=80
import { FailureError } from '../domain/failure.ts'
import { Complaint } from './complaint.ts'
import type { CommandIo } from './io.ts'
import { type CommandName, commandNames, help, overview } from './usage.ts'
import { UsageError } from './usage-error.ts'

const code = await main(process.argv.slice(2))
// After the last line is out, and without waiting for a connection that would not close in time.
process.stdout.write('', () => process.exit(code))

async function main([name, ...args]: readonly string[]): Promise<number> {
  const io = processIo()
  try {
    if (name === undefined) throw new UsageError('Which command?')
    if (name === 'help' || name === '--help' || name === '-h') return tellHelp(args[0], io)
    const command = commandNames.find((candidate) => candidate === name)
    if (command === undefined) throw new UsageError(`There is no command "${name}"`)
    if (args.includes('--help') || args.includes('-h')) return tellHelp(command, io)
    return await runCommand(command, args, io)
  } catch (error) {
    return tellError(error, name, io)
  }
}

/** Each is loaded by itself: `validate` needs no driver, `status` no grammar. */
async function runCommand(command: CommandName, args: readonly string[], io: CommandIo): Promise<number> {
  switch (command) {
    case 'sync':
      return (await import('./commands/sync.ts')).sync(args, io)
    case 'status':
      return (await import('./commands/status.ts')).status(args, io)
    case 'pause':
      return (await import('./commands/pause.ts')).pause(args, io)
    case 'resume':
      return (await import('./commands/resume.ts')).resume(args, io)
    case 'replay':
      return (await import('./commands/replay.ts')).replay(args, io)
    case 'start-over':
      return (await import('./commands/start-over.ts')).startOver(args, io)
    case 'dead-letters':
      return (await import('./commands/dead-letters.ts')).deadLetters(args, io)
    case 'events':
      return (await import('./commands/events.ts')).events(args, io)
    case 'check':
      return (await import('./commands/check.ts')).check(args, io)
    case 'info':
      return (await import('./commands/info.ts')).info(args, io)
    case 'backfill':
      return (await import('./commands/backfill.ts')).backfill(args, io)
    case 'recover':
      return (await import('./commands/recover.ts')).recover(args, io)
    case 'rebuild-store':
      return (await import('./commands/rebuild-store.ts')).rebuildStore(args, io)
    case 'validate':
      return (await import('./commands/validate.ts')).validate(args, io)
    case 'diff':
      return (await import('./commands/diff.ts')).diff(args, io)
    case 'collect':
      return (await import('./commands/collect.ts')).collect(args, io)
    case 'fmt':
      return (await import('./commands/fmt.ts')).fmt(args, io)
    case 'completion':
      return (await import('./commands/completion.ts')).completion(args, io)
    case 'drill':
      return (await import('./commands/drill.ts').catch(onlyInCheckout)).drill(args, io)
    case 'types':
      return (await import('./commands/types.ts')).types(args, io)
    case 'schema':
      return (await import('./commands/schema.ts')).schema(args, io)
  }
}

/** The npm package for servers has no Postgres to drill on. */
function onlyInCheckout(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
  throw new Complaint('Cannot drill here: that takes Postgres servers of its own. Run "npm run drill" in a checkout')
}

function tellHelp(name: string | undefined, io: CommandIo): number {
  const command = commandNames.find((candidate) => candidate === name)
  if (name !== undefined && command === undefined) throw new UsageError(`There is no command "${name}"`)
  io.out(command === undefined ? overview : help[command])
  return 0
}

function tellError(error: unknown, name: string | undefined, io: CommandIo): number {
  if (isUsage(error)) {
    const command = commandNames.find((candidate) => candidate === name)
    io.err(`${error.message}\n\n${command === undefined ? overview : help[command]}`)
    return 2
  }
  if (error instanceof Complaint) io.err(`${error.message}\n`)
  else if (error instanceof FailureError) io.err(`${error.failure.message}. ${error.failure.solution}\n`)
  else io.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}

/** Ours, and those of node:util's parseArgs. */
function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

function processIo(): CommandIo {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    // npm runs a script in the package's folder and says here where it was called.
    folder: process.env.INIT_CWD ?? process.cwd(),
    terminal: process.stdout.isTTY === true,
  }
}
