import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { openSession, type SqlSession } from '../../sync-core/testing/sql-session.ts'
import type { SampleSecrets } from './sample-secrets.ts'

/**
 * Tables, rows and roles of the accounts team. `rejot`, as which the engine connects, may log in, replicate and, as
 * a member of the tables' owner who may create in this database, make its own publication. `accounts_app` is the
 * application: rows and nothing else.
 */
export async function prepareAccounts(
  server: PostgresServer,
  templateFolder: string,
  secrets: SampleSecrets,
): Promise<void> {
  await makeDatabase(server, 'accounts')
  const sql = readFileSync(join(templateFolder, 'accounts.sql'), 'utf8')
  await inDatabase(server, 'accounts', async (session) => {
    if (!(await hasTable(session, 'account')))
      await session.query(oneTransaction('accounts_owner', sql, accountsRights))
    await session.query(`alter role rejot password '${secrets.accountsRejot}'`)
    await session.query(`alter role accounts_app password '${secrets.accountsApp}'`)
  })
}

/** Table and role of the billing team. `rejot` may write its rows and keep its own schema of offsets. */
export async function prepareBilling(
  server: PostgresServer,
  templateFolder: string,
  secrets: SampleSecrets,
): Promise<void> {
  await makeDatabase(server, 'billing')
  const sql = readFileSync(join(templateFolder, 'billing.sql'), 'utf8')
  await inDatabase(server, 'billing', async (session) => {
    if (!(await hasTable(session, 'account_destination'))) {
      await session.query(oneTransaction('billing_owner', sql, billingRights))
    }
    await session.query(`alter role rejot password '${secrets.billingRejot}'`)
  })
}

const accountsRights = `
  create role rejot login replication;
  grant accounts_owner to rejot;
  grant create on database accounts to rejot;
  create role accounts_app login;
  grant select, insert, update, delete on account, account_emails to accounts_app;`

const billingRights = `
  create role rejot login;
  grant create, temporary on database billing to rejot;
  grant select, insert, update, delete on account_destination to rejot;`

/** Roles, tables and rows are all there or none: an interrupted first start begins again. */
function oneTransaction(owner: string, sql: string, rights: string): string {
  return `
    begin;
    create role ${owner};
    grant create on schema public to ${owner};
    set local role ${owner};
    ${sql}
    reset role;
    ${rights}
    commit;`
}

async function makeDatabase(server: PostgresServer, name: 'accounts' | 'billing'): Promise<void> {
  await inDatabase(server, 'postgres', async (session) => {
    const found = await session.query('select 1 from pg_database where datname = $1', [name])
    if (found.length === 0) await session.query(`create database ${name}`)
  })
}

async function hasTable(session: SqlSession, name: string): Promise<boolean> {
  const [row] = await session.query('select to_regclass($1) is not null as found', [name])
  return row?.found === true
}

async function inDatabase(
  server: PostgresServer,
  database: string,
  act: (session: SqlSession) => Promise<void>,
): Promise<void> {
  const session = await openSession(server.connectionFor(database))
  try {
    await act(session)
  } finally {
    await session.close()
  }
}
