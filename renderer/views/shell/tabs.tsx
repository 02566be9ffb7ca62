import { PanelRight, X } from 'lucide-react'
import { CommandIcon } from '../../components/button.tsx'
import { useLayout, useProgram } from '../../stores/program.ts'
import { viewIcons, viewNames } from './rail.tsx'

/** The open screens, 34 high. */
export function Tabs() {
  const { layout } = useProgram()
  const tabs = useLayout((state) => state.tabs)
  const view = useLayout((state) => state.view)
  return (
    <nav className="tabs" aria-label="Open screens">
      {tabs.map((id) => {
        const Icon = viewIcons[id]
        return (
          <div
            key={id}
            className={`tab ${id === view ? 'tab-current' : ''}`}
            onAuxClick={(event) => event.button === 1 && layout.close(id)}
          >
            <button type="button" className="tab-name" aria-current={id === view} onClick={() => layout.open(id)}>
              <Icon size={14} strokeWidth={1.6} aria-hidden /> {viewNames[id]}
            </button>
            {id === view && tabs.length > 1 && (
              <button
                type="button"
                className="tab-close"
                aria-label={`Close ${viewNames[id]}`}
                onClick={() => layout.close(id)}
              >
                <X size={14} aria-hidden />
              </button>
            )}
          </div>
        )
      })}
      <div className="grow" />
      <div className="tabs-end">
        <CommandIcon id="inspector.toggle" icon={PanelRight} />
      </div>
    </nav>
  )
}
