import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { projectDir } from './project.mjs'

interface Locked {
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lockfile: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(join(projectDir, 'package-lock.json'), 'utf8'),
)

test('the lockfile holds the packages of all platforms, without which npm ci refuses it', () => {
  const missing = Object.entries(lockfile.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => {
      const nested = path === '' ? '' : `${path}/`
      return !(`node_modules/${name}` in lockfile.packages) && !(`${nested}node_modules/${name}` in lockfile.packages)
    }),
  )
  assert.deepEqual(missing, [])
})

test('the lockfile names no registry, so that everybody may use their own', () => {
  const named = Object.entries(lockfile.packages).filter(([, { resolved }]) => resolved?.includes('://'))
  assert.deepEqual(named, [])
})
