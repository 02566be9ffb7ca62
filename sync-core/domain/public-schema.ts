export interface Version {
  readonly major: number
  readonly minor: number
}

/** A column of a contract, as `outputSchema` declares it. */
export interface ContractColumn {
  readonly name: string
  /** The source's type name (`x-postgres-type`), `undefined` where the manifest does not say. */
  readonly postgresType: string | undefined
  readonly nullable: boolean
  readonly description: string | undefined
}

/** SQL that turns one changed row of a source table into public rows. Insert and update share one. */
export interface Transformation {
  /** As written: `account`, `sales.account`, `"Quoted".name`. */
  readonly table: string
  readonly sql: string
}

/** A versioned contract over a source's tables. */
export interface PublicSchema {
  readonly manifest: string
  readonly name: string
  readonly version: Version
  /** Slug of the connection it reads. */
  readonly dataStore: string
  readonly columns: readonly ContractColumn[]
  /** Output columns that name a public row; `undefined` asks for inference from the SQL. */
  readonly key: readonly string[] | undefined
  readonly transformations: readonly Transformation[]
  readonly description: string | undefined
  readonly owner: string | undefined
  /** Words to find it by. */
  readonly tags?: readonly string[] | undefined
  /** Slug patterns of the manifests that may consume it, `@harbor/*`; without it, every one may. */
  readonly access?: readonly string[] | undefined
  /** Why nobody should begin to consume it, in the owner's words; '' when nothing more is said. */
  readonly deprecated?: string | undefined
  /** Tables that the SQL reads and whose changes are, knowingly, not listened to. */
  readonly notTracked?: readonly string[] | undefined
}

/** `@harbor/accounts/publish-account@1`: what events and consumers refer to; minors replace each other, majors stand side by side. */
export function publicSchemaId(schema: Pick<PublicSchema, 'manifest' | 'name' | 'version'>): string {
  return `${schema.manifest}/${schema.name}@${schema.version.major}`
}

/**
 * Under which each version of a public schema's rows is kept, for consumers that want them all: a log of its own beside
 * that of the rows as they are at the end of each epoch.
 */
export function versionsId(schema: string): string {
  return `${schema}+versions`
}

export function formatVersion(version: Version): string {
  return `${version.major}.${version.minor}`
}
