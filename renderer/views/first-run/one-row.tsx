import { ObjectIcon, type ObjectKind } from '../../components/object-icon.tsx'

/** What the program does, on one row that was changed. A drawing, not data. */
export function OneRow() {
  return (
    <section className="one-row" aria-label="What will happen to one row">
      <h2>What will happen to one row</h2>
      <div className="one-row-strip">
        <Table
          kind="connection"
          name="account"
          foot="your table"
          rows={[
            ['id', '7'],
            ['first_name', 'Ada'],
            ['last_name', 'Lovelace'],
          ]}
        />
        <Arrow word="captured" />
        <Table
          kind="schema"
          name="publish-account"
          foot="public schema, v1.0"
          rows={[
            ['id', '7'],
            ['firstName', 'Ada'],
            ['emails', '["a@b.io"]'],
          ]}
        />
        <Arrow word="applied" />
        <Table
          kind="consumer"
          name="account_destination"
          foot="their table"
          rows={[
            ['id', '7'],
            ['full_name', 'Ada Lovelace'],
            ['email', 'a@b.io'],
          ]}
        />
      </div>
    </section>
  )
}

interface TableProps {
  readonly kind: ObjectKind
  readonly name: string
  readonly foot: string
  /** The second is the one that changed. */
  readonly rows: readonly (readonly [string, string])[]
}

function Table({ kind, name, foot, rows }: TableProps) {
  return (
    <div className="one-row-table">
      <div className="one-row-name">
        <ObjectIcon kind={kind} /> <span className="ellipsis">{name}</span>
      </div>
      <dl>
        {rows.map(([column, value], index) => (
          <div key={column} className={index === 1 ? 'one-row-changed' : ''}>
            <dt>{column}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{foot}</p>
    </div>
  )
}

function Arrow({ word }: { word: string }) {
  return (
    <div className="one-row-arrow">
      <span>{word}</span>
      <svg width="64" height="12" viewBox="0 0 64 12" fill="none" aria-hidden="true">
        <path d="M0 6h61M56.5 1.5 62 6l-5.5 4.5" stroke="var(--accent)" strokeWidth="2" />
        <circle cx="28" cy="6" r="6" fill="var(--accent)" opacity="0.22" />
        <circle cx="28" cy="6" r="3.4" fill="var(--accent)" />
      </svg>
    </div>
  )
}
