import type { Pipeline } from '../../sync-core/domain/manifest.ts'
import { removeConnection } from '../../sync-core/manifest/edit-connection.ts'
import { readConnectionTexts, textChanges } from './connection-files.ts'
import { findConnection } from './plan-connection.ts'
import { listed, nothing, type SchemaPlan } from './schema-plan.ts'
import { namesOf, usersOf } from './users-of.ts'

/**
 * What taking a connection out of its manifest would write. `keeper` is what holds its password; `undefined` where none
 * is kept. Rejects with a Refusal where there is no such connection, or its files cannot be read.
 */
export async function planConnectionRemoval(
  pipeline: Pipeline,
  id: string,
  keeper: string | undefined,
): Promise<SchemaPlan> {
  const { manifest, former } = findConnection(pipeline, id)
  const users = namesOf(usersOf(pipeline, former))
  const texts = await readConnectionTexts(manifest.path)
  const changes = textChanges(manifest.path, texts, removeConnection(texts, former.slug))
  const { slug, database, host, port } = former
  return {
    ...nothing,
    id,
    manifest,
    changes: users.length > 0 ? [] : changes.filter(({ before, after }) => before !== after),
    problems:
      users.length === 0
        ? []
        : [
            {
              message: `Cannot remove ${slug}: ${listed(users)} ${users.length === 1 ? 'uses' : 'use'} it`,
              solution: 'Remove or change what uses it first.',
            },
          ],
    effects: [
      ...(keeper === undefined
        ? []
        : [{ severity: 'note', sentence: `Its password is taken out of ${keeper}.` } as const]),
      { severity: 'note', sentence: `Nothing is done at ${database} on ${host}:${port}: what is there stays.` },
    ],
    objects: [id],
  }
}
