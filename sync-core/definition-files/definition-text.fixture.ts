/** The files that define the good manifest's schemas, and a bit more. */
export const publishAccount = `-- Anything may stand before the first definition.

-- rejot: public schema publish-account 1.0
-- data store: accounts-db
-- key: id
-- owner: Team Harbor
-- description: Who has an account
--   and how to write to them.
-- tags: people, "core, really"
-- columns:
--   id int8 not null -- Never used again
--   emails text[]
--   firstName text
--   "last name" {"type": "string", "minLength": 1} optional

-- rejot: changes of account
-- One row for each account.
select a.id, array_agg(e.email) as emails, a.first_name as "firstName", '' as "last name"
  from account a left join account_emails e on e.account_id = a.id
 where a.id = :id group by a.id;

-- rejot: changes of account_emails
select a.id, array_agg(e.email) as emails, a.first_name as "firstName", '' as "last name"
  from account a left join account_emails e on e.account_id = a.id
 where a.id = :account_id group by a.id;
`

export const consumeAccount = `-- rejot: consumer schema consume-account
-- reads: publish-account 1 of @harbor/accounts
-- writes: billing-db

-- rejot: insert or update
insert into account_destination (id, name) values (:id, :"firstName")
on conflict (id) do update set name = excluded.name;

-- rejot: delete
delete from account_destination where id = :id;
`
