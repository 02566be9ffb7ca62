export type WriterAction = 'add-account' | 'delete-account' | 'rename' | 'add-email' | 'move-email' | 'remove-email'

export const fewestAccounts = 300
export const mostAccounts = 600

/** Of a hundred, while the number of accounts is within its bounds. */
const shares: readonly (readonly [WriterAction, number])[] = [
  ['rename', 45],
  ['add-account', 14],
  ['add-email', 12],
  ['move-email', 11],
  ['delete-account', 10],
  ['remove-email', 8],
]

/**
 * What to do next with that many accounts; `dice` is in [0, 1). Bounded, so that a sample left running for a week is
 * as small as on the first day. Addresses are bounded with their accounts: each deletion takes all of one's along.
 */
export function chooseAction(accounts: number, dice: number): WriterAction {
  if (accounts <= fewestAccounts) return 'add-account'
  if (accounts >= mostAccounts) return 'delete-account'
  let rest = dice * 100
  for (const [action, share] of shares) {
    if (rest < share) return action
    rest -= share
  }
  return 'rename'
}

/** One statement each, and so one transaction: whatever happens to the writer, it leaves none open. */
export const actionSql: Readonly<Record<WriterAction, string>> = {
  'add-account': `
    with added as (
      insert into account (first_name, last_name)
      select (select first_name from account order by random() limit 1),
             (select last_name from account order by random() limit 1)
      returning id
    )
    insert into account_emails (account_id, email)
    select id, 'member' || id || '@example.com' from added`,
  'delete-account': `
    delete from account where id = (select id from account order by random() limit 1)`,
  rename: `
    update account
    set last_name = (select last_name from account order by random() limit 1)
    where id = (select id from account order by random() limit 1)`,
  'add-email': `
    insert into account_emails (account_id, email)
    select id, 'member' || id || '.' || left(md5(random()::text), 10) || '@example.org'
    from account order by random() limit 1`,
  'move-email': `
    update account_emails
    set account_id = (select id from account order by random() limit 1)
    where id = (select id from account_emails order by random() limit 1)`,
  'remove-email': `
    delete from account_emails where id = (select id from account_emails order by random() limit 1)`,
}
