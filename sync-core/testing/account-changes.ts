/** Accounts 1 … `accounts`, and twice as many e-mails, unevenly spread over the first three quarters of them. */
export function someAccounts(accounts: number): string {
  return `
insert into account select g, 'first ' || g, 'last ' || g from generate_series(1, ${accounts}) g;
insert into account_emails select g, (g % ${Math.ceil(accounts * 0.75)}) + 1, 'mail' || g || '@example.org' from generate_series(1, ${accounts * 2}) g;`
}

/** What can happen to rows, a step at a time, for at least 100 accounts of `someAccounts`: what it is, and the statements. */
export const accountChanges: readonly (readonly [what: string, sql: string])[] = [
  ['an insert', `insert into account values (100000, 'new', 'one')`],
  ['an update', `update account set first_name = 'changed' where id <= 10`],
  ['a child inserted', `insert into account_emails values (100000, 100000, 'new@example.org')`],
  ['a child moved to another parent', 'update account_emails set account_id = 100000 where id <= 5'],
  ['a child deleted', 'delete from account_emails where id in (6, 7, 100000)'],
  ['a row that leaves the filter', 'update account set active = false where id in (1, 2, 3)'],
  ['a row that comes back', 'update account set active = true where id = 2'],
  ['a row deleted', 'delete from account where id in (20, 21)'],
  [
    'keys changed, chained',
    'update account set id = 500001 where id = 30; update account set id = 500002 where id = 500001',
  ],
  [
    'keys swapped',
    'begin; update account set id = -1 where id = 40; update account set id = 40 where id = 41; update account set id = 41 where id = -1; commit',
  ],
  [
    'inserted and deleted at once',
    `begin; insert into account values (600000, 'a', 'b'); delete from account where id = 600000; commit`,
  ],
  [
    'deleted and inserted at once',
    `begin; delete from account where id = 50; insert into account values (50, 'again', 'here'); commit`,
  ],
  ['a table emptied', 'truncate account_emails'],
  ['everything emptied', 'truncate account'],
  [
    'rows after that',
    `insert into account values (1, 'after', 'all'); insert into account_emails values (1, 1, 'after@example.org')`,
  ],
]
