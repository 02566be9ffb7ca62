import type { Finding } from '../../domain/connection-check.ts'
import { publicationFaults } from '../check-publication.ts'
import type { SourceTable } from '../describe-table.ts'
import { addTableSql, createPublicationSql, tablesNotIn } from '../ensure-publication.ts'
import { createInDatabase, grantSql } from '../missing-right.ts'
import type { PostgresCheckContext } from './check-context.ts'
import { foundIn, shownNames, tryDescribe } from './check-tables.ts'
import { publicationNameOf } from './default-names.ts'
import { type FoundTable, listed } from './table-facts.ts'

const publicationSql = `
select (select pg_has_role(pubowner, 'usage')::text from pg_publication where pubname = $1),
       (select pg_get_userbyid(pubowner) from pg_publication where pubname = $1),
       has_database_privilege(current_database(), 'create')::text, current_database(),
       (select rolsuper::text from pg_roles where rolname = current_user)`

/**
 * Whether there is a publication that lets every change of the tables through, or whether following could make it. The
 * engine makes and completes it by itself where the role may.
 */
export async function askPublication(context: PostgresCheckContext): Promise<Finding> {
  const name = publicationNameOf(context.request)
  const [row] = await context.session().rows(publicationSql, [name])
  const [isOurs, owner, mayCreate, database, isSuperuser] = row ?? []
  const tables = foundIn(await context.tables())
  const evidence = [
    { label: 'Publication', value: name },
    { label: 'Owner', value: owner ?? 'there is none' },
    { label: 'May create', value: String(mayCreate === 'true') },
  ]
  const rights: Rights = {
    name,
    evidence,
    tables,
    database: database ?? '',
    isSuperuser: isSuperuser === 'true',
    others: isSuperuser === 'true' ? [] : tables.filter((table) => !table.isOurs),
  }
  return isOurs == null
    ? toBeMade(context, rights, mayCreate === 'true')
    : asItIs(context, rights, isOurs === 'true' || rights.isSuperuser, owner ?? '')
}

interface Rights {
  readonly name: string
  readonly evidence: Finding['evidence']
  readonly tables: readonly FoundTable[]
  readonly database: string
  readonly isSuperuser: boolean
  /** Tables that belong to others: only their owner may publish them. */
  readonly others: readonly FoundTable[]
}

async function toBeMade(context: PostgresCheckContext, rights: Rights, mayCreate: boolean): Promise<Finding> {
  const { name, tables, others, evidence, database } = rights
  const named = context.request.reads !== undefined
  if (others.length > 0) {
    const by = ownersOf(tables)
    return {
      state: named ? 'failed' : 'warning',
      sentence: `${name} does not exist, and ${listed(shownNames(others))} belong${others.length === 1 ? 's' : ''} to others`,
      solution: named
        ? 'Let the owner of the tables make it; they need the right to create in the database too.'
        : 'Only the owner of a table may publish it: let them make the publication, once it is known for which tables.',
      evidence,
      ...(named
        ? { fix: { statements: [createPublicationSql(name, tables)], mayRun: false, by, restart: false } }
        : {}),
    }
  }
  if (mayCreate) {
    return { state: 'passed', sentence: `${name} is made when following begins`, evidence }
  }
  const { role } = await context.facts()
  return {
    state: 'failed',
    sentence: `${name} does not exist, and ${role} may not create in the database`,
    solution: 'Let the owner of the database grant it, or make the publication.',
    evidence,
    fix: {
      statements: [grantSql(createInDatabase(database), role)],
      mayRun: false,
      by: 'the owner of the database',
      restart: false,
    },
  }
}

async function asItIs(context: PostgresCheckContext, rights: Rights, isOurs: boolean, owner: string): Promise<Finding> {
  const { name, evidence, tables, others } = rights
  const session = context.session()
  if (context.request.reads === undefined) {
    return {
      state: 'passed',
      sentence: `${name} is there; which tables it holds is looked at once they are named`,
      evidence,
    }
  }
  const described = await Promise.all(tables.map((table) => tryDescribe(session, table)))
  const sources = described.filter((one): one is SourceTable => 'oid' in one)
  const lacking = await tablesNotIn(session, name, sources)
  const faults = [...(await publicationFaults(session, name, sources)).values()]
  const [fault] = faults
  if (fault !== undefined) {
    return {
      state: 'failed',
      sentence: fault.failure.message,
      solution: 'Let its owner change it: what it holds back would be missing at every destination.',
      evidence,
      fix: {
        statements: [...new Set(faults.flatMap(({ statements }) => statements))],
        mayRun: isOurs && others.length === 0,
        by: `${owner}, who owns the publication`,
        restart: false,
      },
    }
  }
  if (lacking.length === 0) {
    return {
      state: 'passed',
      sentence: `${name} holds ${tables.length === 1 ? 'the table' : `all ${tables.length} tables`}`,
      evidence,
    }
  }
  const mayAdd = isOurs && !others.some(({ oid }) => lacking.some((table) => table.oid === oid))
  const names = listed(lacking.map(({ quoted }) => quoted))
  const fix = {
    statements: lacking.map((table) => addTableSql(name, table)),
    mayRun: mayAdd,
    by: `${owner}, who owns the publication, as owner of the tables`,
    restart: false,
  }
  if (mayAdd) return { state: 'passed', sentence: `${name} gets ${names} when following begins`, evidence, fix }
  return {
    state: 'failed',
    sentence: `${name} does not hold ${names}`,
    solution: 'Let the owner of publication and tables add them.',
    evidence,
    fix,
  }
}

function ownersOf(tables: readonly FoundTable[]): string {
  const owners = [...new Set(tables.map(({ owner }) => owner))]
  return owners.length === 1 ? `${owners[0]}, who owns the tables` : `a superuser, since the tables have several owners`
}
