import type { Connection } from '../../sync-core/domain/connection.ts'
import type { FormConnection } from '../contract/read-form.ts'
import type { Effect } from '../contract/review.ts'
import { type ConnectionUsers, namesOf } from './users-of.ts'

export interface SaveFacts {
  readonly connection: FormConnection
  /** What it was before; `undefined` for a new one. */
  readonly former: Connection | undefined
  readonly users: ConnectionUsers | undefined
  /** Definition files that are programs and name it. */
  readonly programs: readonly string[]
  /** Another place than before. */
  readonly leadsElsewhere: boolean
  /** A password was typed and is going to be kept. */
  readonly isTyped: boolean
  readonly keeper: string | undefined
}

/** What saving a connection does beside the lines that change, the weightiest first. Pure. */
export function describeSave(facts: SaveFacts): Effect[] {
  const all = [...aboutName(facts), ...aboutPlace(facts), ...aboutPassword(facts)]
  return [...all.filter(({ severity }) => severity === 'warning'), ...all.filter(({ severity }) => severity === 'note')]
}

function aboutName({ connection: { slug }, former, users, programs }: SaveFacts): Effect[] {
  if (former === undefined || users === undefined || former.slug === slug) return []
  const { published, consumers, foreign } = users
  const own = [...published, ...consumers]
  return [
    ...foreign.map(({ manifest, name }) =>
      warning(
        `${name} of ${manifest} writes into ${former.slug} too, and its manifest is not changed here: ` +
          `without ${slug} in it, it finds no destination.`,
      ),
    ),
    ...programs.map((file) =>
      warning(`${file} is a program and may name ${former.slug}: change it there, or it brings the old name back.`),
    ),
    ...(published.length === 0
      ? []
      : [
          warning(
            `What was synced so far is remembered by the name: ${slug} begins anew, and all rows of ` +
              `${inWords(published)} are copied again.`,
          ),
        ]),
    ...(own.length === 0 ? [] : [note(`${inWords(own)} ${own.length === 1 ? 'is' : 'are'} changed to say ${slug}.`)]),
  ]
}

function aboutPlace({ connection, former, users, leadsElsewhere }: SaveFacts): Effect[] {
  if (former === undefined || users === undefined || !leadsElsewhere) return []
  const names = namesOf(users)
  if (names.length === 0) return []
  const { user, host, port, database } = connection
  return [
    warning(
      `From the next start of the sync on, ${inWords(names)} ${names.length === 1 ? 'uses' : 'use'} ${database} on ` +
        `${host}:${port} as ${user}.`,
    ),
  ]
}

function aboutPassword({ isTyped, keeper }: SaveFacts): Effect[] {
  if (!isTyped) return []
  return [
    keeper === undefined
      ? warning('There is no keyring here: the password is kept until you quit, and asked for again.')
      : note(`The password is kept in ${keeper}, and stands in no file.`),
  ]
}

const warning = (sentence: string): Effect => ({ severity: 'warning', sentence })
const note = (sentence: string): Effect => ({ severity: 'note', sentence })

/** `a`, `a and b`, `a, b and c`. */
function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
