import type { DeadLetter, DeadLetterGroup, SkippedEvent } from '../../domain/dead-letter.ts'
import { readEngineArguments, wholeNumber } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { formatTable } from '../table.ts'

const shownLetters = 100

/** Shows dead letters by their causes and one by one, from the store itself: no engine has to run. */
export async function listDeadLetters(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names, values } = await readEngineArguments(args, undefined, io, ['limit'])
  const limit = values.limit === undefined ? shownLetters : wholeNumber('limit', values.limit)
  const { readStore } = await import('../../read-store.ts')
  const store = readStore(stateDir)
  try {
    const of = <T extends { readonly consumer: string }>(all: readonly T[]): readonly T[] =>
      names.length === 0 ? all : all.filter(({ consumer }) => names.some((name) => isCalled(consumer, name)))
    // All of them are looked through: a consumer may have few among many of another.
    const everything = names.length === 0 ? limit : Number.MAX_SAFE_INTEGER
    const groups = of(store.deadLetters.groups(undefined))
    const letters = of(store.deadLetters.list(undefined, everything)).slice(0, limit)
    const skipped = of(store.deadLetters.skipped(undefined, everything)).slice(0, limit)
    io.out(json ? asJson(groups, letters, skipped) : asTables(groups, letters, skipped))
    return 0
  } finally {
    store.close()
  }
}

/** By its id, `@manifest/name`, or by its name alone. */
function isCalled(consumer: string, name: string): boolean {
  return consumer === name || consumer.slice(consumer.lastIndexOf('/') + 1) === name
}

function asJson(
  groups: readonly DeadLetterGroup[],
  letters: readonly DeadLetter[],
  skipped: readonly SkippedEvent[],
): string {
  return `${JSON.stringify({ groups, deadLetters: letters, skipped })}\n`
}

function asTables(
  groups: readonly DeadLetterGroup[],
  letters: readonly DeadLetter[],
  skipped: readonly SkippedEvent[],
): string {
  const parts = groups.length === 0 ? ['There are no dead letters\n'] : [groupTable(groups), letterTable(letters)]
  if (skipped.length > 0) parts.push(skippedTable(skipped))
  return parts.join('\n')
}

function groupTable(groups: readonly DeadLetterGroup[]): string {
  return formatTable(
    ['CONSUMER', 'SQLSTATE', 'CONSTRAINT', 'COUNT', 'SINCE', 'NEWEST', 'MESSAGE OF THE NEWEST'],
    groups.map((group) => [
      group.consumer,
      group.sqlstate,
      group.constraint ?? '-',
      String(group.count),
      timeOf(group.firstAt),
      timeOf(group.lastAt),
      group.message,
    ]),
  )
}

function letterTable(letters: readonly DeadLetter[]): string {
  return formatTable(
    ['CONSUMER', 'OFFSET', 'OPERATION', 'KEY', 'WAITING', 'SQLSTATE', 'AT', 'MESSAGE'],
    letters.map((letter) => [
      letter.consumer,
      String(letter.offset),
      letter.operation,
      letter.key,
      String(letter.waiting),
      letter.sqlstate,
      timeOf(letter.at),
      letter.message,
    ]),
  )
}

function skippedTable(skipped: readonly SkippedEvent[]): string {
  return formatTable(
    ['SKIPPED OF', 'OFFSET', 'KEY', 'SQLSTATE', 'AT', 'REASON'],
    skipped.map((one) => [one.consumer, String(one.offset), one.key, one.sqlstate, timeOf(one.skippedAt), one.reason]),
  )
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}
