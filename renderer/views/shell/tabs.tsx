import { PanelRight, X } from 'lucide-react'
import { CommandIcon } from '../../components/button.tsx'
import type { ViewId } from '../../stores/layout-store.ts'
import { useLayout, useProgram, useWizard } from '../../stores/program.ts'
import { viewIcons, viewNames } from './rail.tsx'

/** The open screens, 34 high. */
export function Tabs() {
  const { layout } = useProgram()
  const tabs = useLayout((state) => state.tabs)
  const view = useLayout((state) => state.view)
  const connection = useWizard((state) => state.connection?.slug ?? 'New connection')
  const { wizard } = useProgram()
  const nameOf = (id: ViewId) => (id === 'connection' ? (connection ?? viewNames[id]) : viewNames[id])
  const close = (id: ViewId) => (id === 'connection' ? wizard.leave() : layout.close(id))
  return (
    <nav className="tabs" aria-label="Open screens">
      {tabs.map((id) => {
        const Icon = viewIcons[id]
        return (
          <div
            key={id}
            className={`tab ${id === view ? 'tab-current' : ''}`}
            onAuxClick={(event) => event.button === 1 && close(id)}
          >
            <button type="button" className="tab-name" aria-current={id === view} onClick={() => layout.open(id)}>
              <Icon size={14} strokeWidth={1.6} aria-hidden /> {nameOf(id)}
            </button>
            {id === view && tabs.length > 1 && (
              <button type="button" className="tab-close" aria-label={`Close ${nameOf(id)}`} onClick={() => close(id)}>
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
