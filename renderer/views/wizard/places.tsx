import { useState } from 'react'
import type { CheckStepView } from '../../../main/contract/connection-check.ts'

type Places = NonNullable<CheckStepView['places']>

const names: Readonly<Record<Places[number]['provider'], string>> = {
  own: 'Own server',
  rds: 'RDS',
  'cloud-sql': 'Cloud SQL',
  azure: 'Azure',
  supabase: 'Supabase',
  neon: 'Neon',
}

/** Where it is done when not by SQL alone, for each kind of server; that of this one is chosen. */
export function Places({ places }: { places: Places }) {
  const [chosen, setChosen] = useState(() => (places.find(({ recognised }) => recognised) ?? places[0])?.provider)
  const shown = places.find(({ provider }) => provider === chosen)
  return (
    <div className="places">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one row of segments */}
      <div className="segments segments-small" role="group" aria-label="Kind of server">
        {places.map(({ provider }) => (
          <button key={provider} type="button" aria-pressed={provider === chosen} onClick={() => setChosen(provider)}>
            {names[provider]}
          </button>
        ))}
      </div>
      {shown !== undefined && <p className="step-place selectable">{shown.text}</p>}
    </div>
  )
}
