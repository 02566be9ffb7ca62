import { PanelBottom } from 'lucide-react'
import { type KeyboardEvent, useMemo } from 'react'
import { IconButton } from '../../components/button.tsx'
import { type PanelId, panelIds } from '../../stores/public-editor-state.ts'
import { CompatibilityPanel } from './compatibility-panel.tsx'
import { DependenciesPanel } from './dependencies-panel.tsx'
import { useEditing, useEditor, useProblems } from './editing.ts'
import { PlanPanel } from './plan-panel.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { ProblemsPanel } from './problems-panel.tsx'

const names: Readonly<Record<PanelId, string>> = {
  preview: 'Preview',
  problems: 'Problems',
  dependencies: 'Dependencies',
  compatibility: 'Compatibility',
  plan: 'Plan',
}

const panels = {
  preview: PreviewPanel,
  problems: ProblemsPanel,
  dependencies: DependenciesPanel,
  compatibility: CompatibilityPanel,
  plan: PlanPanel,
} as const

/** What can be known of the draft, with how much there is of each. 32 high. */
export function ResultTabs() {
  const { editor } = useEditing()
  const current = useEditor((state) => state.panel)
  const open = useEditor((state) => state.panelOpen)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const at = panelIds.indexOf(current)
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: panelIds.length - 1 }[event.key]
    const next = target === undefined ? undefined : panelIds[(target + panelIds.length) % panelIds.length]
    if (next === undefined) return
    event.preventDefault()
    editor.openPanel(next)
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus()
  }
  return (
    <div className="publish-tabs">
      <div className="publish-tabs-list" role="tablist" aria-label="What is known of it" onKeyDown={onKeyDown}>
        {panelIds.map((id) => (
          <button
            key={id}
            type="button"
            role="tab"
            data-tab={id}
            aria-selected={open && id === current}
            tabIndex={id === current ? 0 : -1}
            onClick={() => editor.openPanel(id)}
          >
            {names[id]} <Count panel={id} />
          </button>
        ))}
      </div>
      <IconButton icon={PanelBottom} label={open ? 'Close the panel' : 'Open the panel'} onClick={editor.togglePanel} />
    </div>
  )
}

export function ResultPanel() {
  const current = useEditor((state) => state.panel)
  const Shown = panels[current]
  return (
    <div className="publish-panel" role="tabpanel" aria-label={names[current]}>
      <Shown />
    </div>
  )
}

function Count({ panel }: { panel: PanelId }) {
  const problems = useProblems()
  const comparison = useEditor((state) => state.comparison)
  const warned = useEditor((state) => state.plan.value?.diagnostics.length ?? 0)
  const unheard = useMemo(() => problems.filter(({ read }) => read !== undefined).length, [problems])
  const errors = problems.filter(({ severity }) => severity === 'error').length
  if (panel === 'problems' && problems.length > 0)
    return <Badge kind={errors > 0 ? 'error' : 'warning'} words={String(problems.length)} />
  if (panel === 'dependencies' && unheard > 0) return <Badge kind="warning" words={String(unheard)} />
  if (panel === 'plan' && warned > 0) return <Badge kind="warning" words={String(warned)} />
  if (panel === 'compatibility' && comparison !== undefined && comparison.needs !== 'nothing')
    return <span className={`publish-needs publish-needs-${comparison.needs}`}>{comparison.needs}</span>
  return null
}

function Badge({ kind, words }: { kind: 'error' | 'warning'; words: string }) {
  return (
    <span className={`publish-count publish-count-${kind}`}>
      <span aria-hidden>{kind === 'error' ? '■' : '▲'}</span> {words}
    </span>
  )
}
