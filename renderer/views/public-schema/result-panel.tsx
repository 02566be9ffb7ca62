import { PanelBottom } from 'lucide-react'
import { useMemo } from 'react'
import { IconButton } from '../../components/button.tsx'
import { ProblemCount } from '../../components/problem-count.tsx'
import { TabList } from '../../components/tab-list.tsx'
import { type PanelId, panelIds } from '../../stores/public-editor-state.ts'
import { CompatibilityPanel } from './compatibility-panel.tsx'
import { DependenciesPanel } from './dependencies-panel.tsx'
import { useEditing, useEditor, useProblems } from './editing.ts'
import { NeededVersion } from './needed-version.tsx'
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
  return (
    <div className="publish-tabs">
      <TabList
        label="What is known of it"
        tabs={panelIds.map((id) => ({ id, name: names[id], more: <Count panel={id} /> }))}
        current={current}
        isOpen={open}
        onChoose={editor.openPanel}
      />
      <IconButton icon={PanelBottom} label={open ? 'Close the panel' : 'Open the panel'} onClick={editor.togglePanel} />
    </div>
  )
}

export function ResultPanel() {
  const current = useEditor((state) => state.panel)
  const Shown = panels[current]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="publish-panel" role="tabpanel" tabIndex={0} aria-label={names[current]}>
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
  if (panel === 'problems' && problems.length > 0) return <ProblemCount count={problems.length} errors={errors > 0} />
  if (panel === 'dependencies' && unheard > 0) return <ProblemCount count={unheard} errors={false} />
  if (panel === 'plan' && warned > 0) return <ProblemCount count={warned} errors={false} />
  if (panel === 'compatibility' && comparison !== undefined && comparison.needs !== 'nothing')
    return <NeededVersion needs={comparison.needs} />
  return null
}
