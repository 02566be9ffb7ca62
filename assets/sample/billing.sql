-- What the billing team owns: a copy of the accounts in the shape that billing wants. It begins empty.

create table account_destination (
  id integer primary key,
  full_name text not null,
  email text
);
