import { isDeepStrictEqual } from 'node:util'
import type { BehindPosition } from '../domain/behind-position.ts'
import type { ConsumerSchema } from '../domain/consumer-schema.ts'
import { isPosition, positionWords, type StartPosition } from '../domain/consumer-start.ts'
import type { Pipeline, SourceDefinition } from '../domain/manifest.ts'
import { publicSchemaId, versionsId } from '../domain/public-schema.ts'
import type { KnownState, PlannedStep, Positions, SourceSurvey, Surveys } from '../domain/start-plan.ts'

/**
 * What starting a pipeline would change, against what is known of former runs and what its servers say. Pure. In the
 * order in which an engine comes to it: sources, what is copied of them, consumers.
 */
export function planStart(
  pipeline: Pipeline,
  known: KnownState,
  surveys: Surveys,
  positions: Positions = new Map(),
): readonly PlannedStep[] {
  return [
    ...pipeline.sources.flatMap((source) => [
      ...sourceSteps(source, known, surveys),
      ...schemaSteps(source, known, surveys),
    ]),
    ...goneSources(pipeline, known),
    ...goneSchemas(pipeline, known),
    ...consumerSteps(pipeline, known, positions),
  ]
}

function sourceSteps(source: SourceDefinition, known: KnownState, surveys: Surveys): readonly PlannedStep[] {
  const { id, slotName, publicationName } = source
  const step = (action: PlannedStep['action'], what: string): PlannedStep => ({
    action,
    kind: 'source',
    object: id,
    what,
  })
  const isKnown = known.sources.includes(id)
  const survey = surveys.get(id)
  if (survey === undefined)
    return isKnown ? [] : [step('add', `creates slot ${slotName}, and publication ${publicationName} if it is missing`)]
  if ('policy' in survey) return [step(survey.policy === 'retry' ? 'unknown' : 'problem', survey.message)]
  return [
    ...(survey.publicationExists ? [] : [step('add', `creates publication ${publicationName}`)]),
    ...(survey.publicationExists && survey.tablesToPublish.length > 0
      ? [step('change', `adds ${survey.tablesToPublish.join(', ')} to publication ${publicationName}`)]
      : []),
    ...slotSteps(survey, isKnown, slotName, step),
  ]
}

function slotSteps(
  { slotExists }: SourceSurvey,
  isKnown: boolean,
  slotName: string,
  step: (action: PlannedStep['action'], what: string) => PlannedStep,
): readonly PlannedStep[] {
  if (slotExists) return isKnown ? [] : [step('change', `follows slot ${slotName}, which is there already`)]
  if (!isKnown) return [step('add', `creates slot ${slotName}`)]
  return [step('problem', `has lost its slot ${slotName}: it is halted until "rejot recover" makes another one`)]
}

function schemaSteps(source: SourceDefinition, known: KnownState, surveys: Surveys): readonly PlannedStep[] {
  const survey = surveys.get(source.id)
  return source.publicSchemas.flatMap((schema): readonly PlannedStep[] => {
    const object = publicSchemaId(schema)
    const before = known.backfills.find((backfill) => backfill.schema === object)
    const step = (action: PlannedStep['action'], what: string, rowsEstimated?: number): PlannedStep => ({
      ...{ action, kind: 'public schema', object, what },
      ...(rowsEstimated === undefined ? {} : { rowsEstimated }),
    })
    if (survey === undefined || 'policy' in survey) {
      return before === undefined ? [step('add', 'copies all its rows')] : []
    }
    const fault = survey.broken.find(({ id }) => id === object || id === versionsId(object))
    if (fault !== undefined) return [step('problem', fault.failure.message)]
    const now = survey.schemas.find(({ id }) => id === object)
    if (now === undefined) return []
    const rows = now.rowsEstimated
    const about = rows === undefined ? 'all its rows' : `about ${rows} rows`
    if (before === undefined) return [step('add', `copies ${about}`, rows)]
    if (before.key !== undefined && !isDeepStrictEqual(before.key, now.key)) {
      const keys = `its key is ${now.key.join(', ')} now, and was ${before.key.join(', ')}`
      return [step('problem', `cannot be published: ${keys}; that takes another major version`)]
    }
    if (before.definitionHash !== now.definitionHash) {
      return [step('change', `has other SQL, types or tables than before: copies ${about} again`, rows)]
    }
    return before.state === 'running' ? [step('change', `goes on copying ${about}`, rows)] : []
  })
}

function goneSources({ sources }: Pipeline, known: KnownState): readonly PlannedStep[] {
  return known.sources
    .filter((id) => !sources.some((source) => source.id === id))
    .map((object) => ({
      action: 'remove',
      kind: 'source',
      object,
      what: 'is not followed any more: its slot stays on the server and holds WAL until it is dropped',
    }))
}

/** Those of a source that is gone are said with it. */
function goneSchemas({ sources }: Pipeline, known: KnownState): readonly PlannedStep[] {
  const ids = new Set(
    sources.flatMap(({ publicSchemas, everyVersion = [] }) => [
      ...publicSchemas.map(publicSchemaId),
      ...everyVersion.map(versionsId),
    ]),
  )
  return known.backfills
    .filter(({ schema, source }) => !ids.has(schema) && sources.some(({ id }) => id === source))
    .map(({ schema }) => ({
      action: 'remove',
      kind: 'public schema',
      object: schema,
      what: 'is not published any more',
    }))
}

function consumerSteps({ consumers }: Pipeline, known: KnownState, positions: Positions): readonly PlannedStep[] {
  const added = consumers
    .filter(({ id }) => !known.consumers.some(({ consumer }) => consumer === id))
    .map(({ id, schema, destination, publicSchema }): PlannedStep => {
      if (publicSchema.deprecated !== undefined) {
        const why = `cannot begin: ${publicSchemaId(publicSchema)} is deprecated and takes no new consumers`
        return { action: 'problem', kind: 'consumer', object: id, what: why }
      }
      const writes = `writes ${publicSchemaId(publicSchema)} into ${destination.slug}`
      if (isPosition(schema.start)) return positionStep({ object: id, schema, writes }, schema.start, positions.get(id))
      const first = schema.start === 'now' ? 'only what changes from now on' : 'existing rows first'
      return { action: 'add', kind: 'consumer', object: id, what: `${writes}, ${first}` }
    })
  const gone = known.consumers
    .filter(({ consumer }) => !consumers.some(({ id }) => id === consumer))
    .map(({ consumer }): PlannedStep => {
      const what = 'is not there any more: nothing is written for it, and the rows that it has written stay'
      return { action: 'remove', kind: 'consumer', object: consumer, what }
    })
  const paused = consumers
    .filter(({ id }) => known.consumers.some((one) => one.consumer === id && one.paused))
    .map(
      ({ id }): PlannedStep => ({ action: 'unknown', kind: 'consumer', object: id, what: 'is paused, and stays so' }),
    )
  return [...added, ...gone, ...paused]
}

interface NewConsumer {
  readonly object: string
  readonly schema: Pick<ConsumerSchema, 'everyVersion'>
  readonly writes: string
}

function positionStep(
  { object, schema, writes }: NewConsumer,
  position: StartPosition,
  behind: BehindPosition | undefined,
): PlannedStep {
  const words = positionWords(position)
  if (behind?.problem !== undefined) {
    return { action: 'problem', kind: 'consumer', object, what: `cannot begin ${words}: ${behind.problem.message}` }
  }
  const add = (what: string): PlannedStep => ({ action: 'add', kind: 'consumer', object, what: `${writes}, ${what}` })
  if (behind === undefined) return add(`what there is only where it changed ${words}`)
  const { rows, events, deletes, more, deletesFrom, copies } = behind
  const least = more ? 'at least ' : ''
  const first =
    schema.everyVersion === true
      ? `beginning with ${least}${counted(events, 'version')} from ${words}`
      : `beginning with ${least}${counted(rows, 'row')} changed ${words}${deletes === 0 ? '' : `, ${deletes} of them deleted`}`
  const unknown = deletesFrom === undefined ? '' : `; what was deleted up to event ${deletesFrom} is not known any more`
  return add(`${first}${unknown}${copies ? '; the rows of its first copy, which is under way, count as changed' : ''}`)
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
