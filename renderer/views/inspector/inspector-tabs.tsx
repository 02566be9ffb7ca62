import { useLayout, useProgram } from '../../stores/program.ts'

const names = { overview: 'Overview', sql: 'SQL' } as const

/** 32 high; which one is open is the same for all objects. */
export function InspectorTabs() {
  const { layout } = useProgram()
  const current = useLayout((state) => state.inspectorTab)
  return (
    <div className="inspector-tabs">
      {(['overview', 'sql'] as const).map((id) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === current}
          onClick={() => layout.change({ inspectorTab: id })}
        >
          {names[id]}
        </button>
      ))}
    </div>
  )
}
