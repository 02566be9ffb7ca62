import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Classes that a sheet has a rule for that says nothing but the class, without its comments. */
function classesOf(path: string): readonly string[] {
  const rules = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
  return [...rules.matchAll(/(?:^|[},])\s*\.([\w-]+)\s*(?=[,{])/g)].flatMap(([, name]) => name ?? [])
}

test('no screen styles what another one calls by the same name', () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const owners = new Map<string, Set<string>>()
  for (const path of globSync('{components,views}/**/*.css', { cwd })) {
    for (const name of classesOf(`${cwd}${path}`)) owners.set(name, (owners.get(name) ?? new Set()).add(dirname(path)))
  }
  const shared = [...owners].flatMap(([name, folders]) =>
    folders.size > 1 ? [`${name}: ${[...folders].join(', ')}`] : [],
  )
  assert.ok(owners.size > 100)
  assert.deepEqual(shared, [])
})
