import { basename, dirname, relative, sep } from 'node:path'
import type { SchemaTexts, WrittenSchema } from '../../sync-core/definition-files/schema-texts.ts'
import type { ConsumerSchema } from '../../sync-core/domain/consumer-schema.ts'
import type { Manifest, Pipeline } from '../../sync-core/domain/manifest.ts'
import type { PublicSchema } from '../../sync-core/domain/public-schema.ts'
import type { SchemaReview } from '../contract/schema-edit.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { FileChange } from './replace-files.ts'
import { changesOf } from './schema-files.ts'

export type PlanProblem = SchemaReview['problems'][number]
export type Effect = SchemaReview['effects'][number]

/** What a draft or a removal would write, by the files alone. */
export interface SchemaPlan {
  /** Of the schema, as it is called then. */
  readonly id: string
  readonly manifest: Manifest
  readonly changes: readonly FileChange[]
  readonly version: SchemaReview['version']
  readonly effects: readonly Effect[]
  readonly problems: readonly PlanProblem[]
  /** Ids of what an engine's start is asked about. */
  readonly objects: readonly string[]
  /** `<manifest>/<connection>` that it is read from. */
  readonly source: string | undefined
  /** Connection that is written to, by its name in the manifest. */
  readonly destination: string | undefined
}

/** Of a plan, what many have nothing of. */
export const nothing = {
  version: undefined,
  effects: [],
  problems: [],
  source: undefined,
  destination: undefined,
} as const

export function changesIn(
  files: Parameters<typeof changesOf>[0],
  before: SchemaTexts,
  after: WrittenSchema,
): readonly FileChange[] {
  return after.ok ? changesOf(files, before, after.texts) : []
}

/** A path as people read it. */
export function shownPath(manifestPath: string, path: string): string {
  const shown = relative(dirname(manifestPath), path).split(sep).join('/')
  return shown === '' ? basename(path) : shown
}

export function outsideProblem(outside: object | undefined): readonly PlanProblem[] {
  if (outside === undefined) return []
  return [
    {
      message: 'Its files were changed since you began',
      solution: 'Reload, keep yours or compare, at the top of the editor.',
    },
  ]
}

export function nameProblem(
  form: { name: string },
  base: { name: string } | undefined,
  isTaken: boolean,
): readonly PlanProblem[] {
  if (form.name.trim() === '') return [{ message: 'It has no name', solution: 'Give it one.' }]
  if (base !== undefined && base.name !== form.name) {
    return [
      { message: `${base.name} keeps its name: others refer to it`, solution: 'Make a new one of that name instead.' },
    ]
  }
  if (base === undefined && isTaken)
    return [{ message: `There is one called ${form.name} already`, solution: 'Choose another name.' }]
  return []
}

export function wordsProblem(written: WrittenSchema, name: string): readonly PlanProblem[] {
  return written.ok ? [] : [{ message: `${name} ${written.reason}`, solution: 'Change that file by hand.' }]
}

export function readersOf(pipeline: Pipeline, id: string): readonly string[] {
  return allConsumers(pipeline)
    .filter(
      ({ sourceManifest, publicSchema }) =>
        `${sourceManifest}/${publicSchema.name}@${publicSchema.majorVersion}` === id,
    )
    .map(({ name }) => name)
}

export function allPublic({ manifests }: Pipeline): readonly PublicSchema[] {
  return manifests.flatMap(({ publicSchemas }) => publicSchemas)
}

export function allConsumers({ manifests }: Pipeline): readonly ConsumerSchema[] {
  return manifests.flatMap(({ consumerSchemas }) => consumerSchemas)
}

export function highest(schemas: readonly PublicSchema[]): PublicSchema | undefined {
  return schemas.toSorted((a, b) => a.version.minor - b.version.minor).at(-1)
}

export function manifestOf({ manifests }: Pipeline, slug: string): Manifest {
  const manifest = manifests.find((each) => each.slug === slug)
  if (manifest !== undefined) return manifest
  throw new Refusal({
    message: `Cannot write to ${slug === '' ? 'a manifest without a name' : slug}: the workspace has no such manifest`,
    solution: 'Choose another manifest.',
  })
}

export function notThere(id: string): Refusal {
  return new Refusal({
    message: `Cannot change ${id}: it is no longer written in the manifests`,
    solution: 'Keep yours at the top of the editor, and it is made anew.',
  })
}

/** The last part of an id: people know their consumers by that. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}

/** `a, b and c` */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`
}
