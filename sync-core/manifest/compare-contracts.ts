import type { ContractChange } from '../domain/comparison.ts'
import type { Manifest } from '../domain/manifest.ts'
import { formatVersion, type PublicSchema, publicSchemaId } from '../domain/public-schema.ts'
import { contractChanges } from './compatibility.ts'

/** What becomes of a public schema's major version from one state of the manifests to another. */
export interface ContractDifference {
  /** `@harbor/accounts/publish-account@1` */
  readonly id: string
  readonly state: 'added' | 'changed' | 'removed'
  /** As in 1.0; `undefined` when it was not there. */
  readonly before: string | undefined
  readonly after: string | undefined
  readonly changes: readonly ContractChange[]
  /** Why this may not go out as it is: somebody breaks, or cannot tell by the version; `undefined` when it may. */
  readonly fault: string | undefined
  /** Ids of the consumers that read it, as far as these manifests say. */
  readonly readBy: readonly string[]
}

/** Public schemas that differ, by their highest minors; equal ones are left out. Pure. */
export function compareContracts(
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly ContractDifference[] {
  const [old, now] = [contractsOf(before), contractsOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((id) => {
    const difference = compare(id, old.get(id), now.get(id), readersOf(after, id))
    return difference === undefined ? [] : [difference]
  })
}

/** Ids of the consumers that read a public schema, as far as these manifests say. */
export function readersOf(manifests: readonly Manifest[], id: string): readonly string[] {
  return manifests.flatMap(({ slug, consumerSchemas }) =>
    consumerSchemas
      .filter(
        ({ sourceManifest, publicSchema }) =>
          `${sourceManifest}/${publicSchema.name}@${publicSchema.majorVersion}` === id,
      )
      .map(({ name }) => `${slug}/${name}`),
  )
}

function compare(
  id: string,
  old: PublicSchema | undefined,
  now: PublicSchema | undefined,
  readBy: readonly string[],
): ContractDifference | undefined {
  const before = old === undefined ? undefined : formatVersion(old.version)
  const after = now === undefined ? undefined : formatVersion(now.version)
  const shared = { id, before, after, readBy }
  if (old === undefined) return { ...shared, state: 'added', changes: [], fault: undefined }
  if (now === undefined) {
    const fault = readBy.length === 0 ? undefined : `it is gone, and read by ${readBy.join(', ')}`
    return { ...shared, state: 'removed', changes: [], fault }
  }
  const changes = contractChanges(old, now)
  if (changes.length === 0 && before === after) return undefined
  return { ...shared, state: 'changed', changes, fault: faultOf(changes, old, now) }
}

function faultOf(changes: readonly ContractChange[], old: PublicSchema, now: PublicSchema): string | undefined {
  const { major, minor } = now.version
  if (changes.some(({ needs }) => needs === 'major')) {
    return `this breaks those who read it: publish it as ${major + 1}.0, beside ${major}`
  }
  if (minor < old.version.minor) return `its version goes back from ${formatVersion(old.version)}`
  const isSame = minor === old.version.minor
  return isSame && changes.length > 0 ? `its version stays ${major}.${minor}: make it ${major}.${minor + 1}` : undefined
}

/** The highest minor of each major version. */
function contractsOf(manifests: readonly Manifest[]): ReadonlyMap<string, PublicSchema> {
  const schemas = manifests.flatMap(({ publicSchemas }) => publicSchemas)
  return new Map(
    schemas.toSorted((a, b) => a.version.minor - b.version.minor).map((schema) => [publicSchemaId(schema), schema]),
  )
}
