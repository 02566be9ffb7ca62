import { parseArgs } from 'node:util'
import { startWords } from '../../domain/consumer-start.ts'
import type { Pipeline } from '../../domain/manifest.ts'
import { formatVersion, publicSchemaId } from '../../domain/public-schema.ts'
import { whyNotEveryVersion } from '../../sql/check-statements.ts'
import type { CommandIo } from '../io.ts'
import { formatProblem, hasError } from '../print-problems.ts'
import { readManifests } from '../read-manifests.ts'
import { formatTable } from '../table.ts'

/** Prints what manifests hold: connections, public schemas and consumers, without a secret. Returns the exit code. */
export async function info(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const { pipeline, problems } = await readManifests(positionals, io)
  for (const problem of problems) io.err(formatProblem(problem, io.folder))
  const content = contentOf(pipeline)
  io.out(values.json === true ? `${JSON.stringify(content)}\n` : asTables(content))
  return hasError(problems) ? 1 : 0
}

function contentOf({ manifests, consumers }: Pipeline) {
  return {
    manifests: manifests.map(({ slug, path }) => ({ slug, path })),
    connections: manifests.flatMap(({ connections, dataStores }) =>
      connections.map(({ slug, manifest, engine, host, port, user, database }) => ({
        ...{ slug, manifest, engine, host, port, user, database },
        slot: dataStores.find((store) => store.connection === slug)?.replication?.slotName ?? null,
      })),
    ),
    publicSchemas: manifests.flatMap(({ publicSchemas }) =>
      publicSchemas.map((schema) => ({
        id: publicSchemaId(schema),
        name: schema.name,
        manifest: schema.manifest,
        version: formatVersion(schema.version),
        source: schema.dataStore,
        tables: [...new Set(schema.transformations.map(({ table }) => table))],
        key: schema.key ?? null,
        /** Why every version of its rows cannot be given; null: it can, as far as its text says. */
        noVersionsBecause: whyNotEveryVersion(schema) ?? null,
        columns: schema.columns.map(({ name, postgresType }) => ({ name, type: postgresType ?? null })),
      })),
    ),
    consumers: manifests.flatMap(({ consumerSchemas }) =>
      consumerSchemas.map(({ name, manifest, sourceManifest, publicSchema, destination, everyVersion, start }) => ({
        ...{ name, manifest, destination },
        reads: `${sourceManifest}/${publicSchema.name}@${publicSchema.majorVersion}`,
        everyVersion: everyVersion ?? false,
        start: start ?? 'everything',
        found: consumers.some((one) => one.schema.name === name && one.schema.manifest === manifest),
      })),
    ),
  }
}

function asTables({ connections, publicSchemas, consumers }: ReturnType<typeof contentOf>): string {
  return [
    formatTable(
      ['CONNECTION', 'MANIFEST', 'ADDRESS', 'DATABASE', 'USER', 'SLOT'],
      connections.map((one) => [
        one.slug,
        one.manifest,
        `${one.host}:${one.port}`,
        one.database,
        one.user,
        one.slot ?? '-',
      ]),
    ),
    formatTable(
      ['PUBLIC SCHEMA', 'VERSION', 'SOURCE', 'TABLES', 'KEY', 'EVERY VERSION', 'COLUMNS'],
      publicSchemas.map((one) => [
        one.id,
        one.version,
        one.source,
        one.tables.join(', '),
        one.key?.join(', ') ?? 'inferred',
        one.noVersionsBecause === null ? 'yes' : `no: ${one.noVersionsBecause}`,
        one.columns.map(({ name }) => name).join(', '),
      ]),
    ),
    formatTable(
      ['CONSUMER', 'READS', 'BEGINS', 'WRITES'],
      consumers.map((one) => [
        `${one.manifest}/${one.name}`,
        `${one.everyVersion ? 'every version of ' : ''}${one.reads}${one.found ? '' : ' (not among these manifests)'}`,
        startWords(one.start),
        one.destination,
      ]),
    ),
  ].join('\n')
}
