import fc from 'fast-check'

/** What one client does in one transaction. */
export interface Transaction {
  readonly statements: readonly string[]
  readonly end: 'commit' | 'rollback'
  /** How long it stays open after its last statement. */
  readonly holdMs: number
  /** How long the client rests after it. */
  readonly restMs: number
}

/** Of accounts and e-mails, of which 200 and 300 are there at first. */
const keys = 250
const purses = 60

/** Statements that the schema allows, most of the time; a refused one only ends its transaction. */
const accountStatements: readonly ((a: number, b: number, n: number) => string)[] = [
  (a, _, n) => `insert into account values (${a}, 'name ${n}') on conflict do nothing`,
  (a, _, n) => `insert into account values (${a}, 'name ${n}') on conflict do nothing`,
  (a, _, n) => `update account set name = 'name ${n}' where id = ${a}`,
  (a) => `update account set active = not active where id = ${a}`,
  (a, _, n) => `update account set name = 'many ${n}' where id % 10 = ${a % 10}`,
  (a) => `delete from account where id = ${a}`,
  (a, b, n) => newEmail(a, b, n),
  (a, b, n) => newEmail(a, b, n),
  (a, b, n) => newEmail(b, a, n),
  (a, b) => `update email set account_id = ${b} where id = ${a} and exists (select from account where id = ${b})`,
  (a, b) => `update email set id = ${b} where id = ${a} and not exists (select from email where id = ${b})`,
  (a) => `delete from email where id = ${a}`,
  (a, b, n) => `with old as (select id, address from email where id in (${a}, ${b}))
    update email set address = 'aside ' || ${n} where id = ${a} and (select count(*) from old) = 2`,
  // Two rows change places: first both out of the way, then each to where the other was.
  (a, b, n) => `do $$ declare x text; y text; begin
    select address into x from email where id = ${a} for update; select address into y from email where id = ${b} for update;
    if x is null or y is null or ${a} = ${b} then return; end if;
    update email set address = 'on the way ${n}' where id = ${a}; update email set address = x where id = ${b}; update email set address = y where id = ${a};
  end $$`,
]

const newEmail = (id: number, account: number, n: number): string =>
  `insert into email select ${id}, ${account}, 'address ${n}' where exists (select from account where id = ${account}) on conflict do nothing`

/** Money moves and is never made. */
const purseStatements: readonly ((a: number, b: number, n: number) => string)[] = [
  (a, b, n) => `select move(${a}, ${b}, ${n})`,
  (a, b, n) => `select move(${a}, ${b}, ${n})`,
  (a) => `insert into purse values (${a}, 0) on conflict do nothing`,
  (a, b) => `select close_purse(${a}, ${b})`,
]

const accountStatement = fc
  .tuple(
    fc.nat(accountStatements.length - 1),
    fc.integer({ min: 1, max: keys }),
    fc.integer({ min: 1, max: keys }),
    fc.nat(1_000_000),
  )
  .map(([kind, a, b, n]) => accountStatements[kind]?.(a, b, n) ?? '')

const purseStatement = fc
  .tuple(
    fc.nat(purseStatements.length - 1),
    fc.integer({ min: 1, max: purses }),
    fc.integer({ min: 1, max: purses }),
    fc.nat(20),
  )
  .map(([kind, a, b, n]) => purseStatements[kind]?.(a, b, n) ?? '')

const statement = fc.oneof(
  { weight: 600, arbitrary: accountStatement },
  { weight: 400, arbitrary: purseStatement },
  { weight: 4, arbitrary: fc.nat(20).map((n) => `select move_everywhere(${n})`) },
  { weight: 1, arbitrary: fc.constant('truncate email') },
)

export const transactionArbitrary: fc.Arbitrary<Transaction> = fc.record({
  statements: fc.array(statement, { minLength: 1, maxLength: 6, size: 'max' }),
  end: fc.oneof(
    { weight: 9, arbitrary: fc.constant('commit' as const) },
    { weight: 1, arbitrary: fc.constant('rollback' as const) },
  ),
  holdMs: fc.oneof({ weight: 19, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(200) }),
  restMs: fc.nat(8),
})
