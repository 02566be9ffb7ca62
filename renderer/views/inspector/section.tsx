import type { ReactNode } from 'react'

/** A part of an inspector, with a line below; never boxed. */
export function Section({ title, right, children }: { title?: string; right?: ReactNode; children: ReactNode }) {
  return (
    <section className="inspector-section">
      {title !== undefined && (
        <div className="section-head">
          <h3 className="grow">{title}</h3>
          {right}
        </div>
      )}
      {children}
    </section>
  )
}

/** Name and value, 24 high; nothing when there is no value. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === undefined || children === null || children === '') return null
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className="selectable">{children}</dd>
    </div>
  )
}
