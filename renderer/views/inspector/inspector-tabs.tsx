import { TabList } from '../../components/tab-list.tsx'
import { useLayout, useProgram } from '../../stores/program.ts'

const tabs = [
  { id: 'overview', name: 'Overview' },
  { id: 'sql', name: 'SQL' },
] as const

/** 32 high; which one is open is the same for all objects. */
export function InspectorTabs() {
  const { layout } = useProgram()
  const current = useLayout((state) => state.inspectorTab)
  return (
    <TabList
      className="inspector-tabs"
      label="Details"
      tabs={tabs}
      current={current}
      onChoose={(inspectorTab) => layout.change({ inspectorTab })}
    />
  )
}
