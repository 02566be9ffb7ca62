import { List, Maximize, Pause, Play, Workflow, ZoomIn, ZoomOut } from 'lucide-react'
import { useStore } from 'zustand'
import { Button, CommandIcon } from '../../components/button.tsx'
import { useApp, useLayout, useProgram } from '../../stores/program.ts'
import { FindNode } from './find-node.tsx'
import { zoomStore } from './zoom-store.ts'

export function OverviewToolbar() {
  const mode = useLayout((layout) => layout.overviewMode)
  const { layout } = useProgram()
  return (
    <div className="toolbar toolbar-overview">
      <fieldset className="segments" aria-label="Show as">
        <button type="button" aria-pressed={mode === 'graph'} onClick={() => layout.change({ overviewMode: 'graph' })}>
          <Workflow size={14} aria-hidden /> Graph
        </button>
        <button type="button" aria-pressed={mode === 'list'} onClick={() => layout.change({ overviewMode: 'list' })}>
          <List size={14} aria-hidden /> List
        </button>
      </fieldset>
      <span className="toolbar-line" />
      <FindNode />
      <div className="grow" />
      <SampleWriter />
      {mode === 'graph' && <Zoom />}
    </div>
  )
}

function Zoom() {
  const zoom = useStore(zoomStore, (state) => state.zoom)
  return (
    <div className="toolbar-zoom">
      <CommandIcon id="graph.zoomOut" icon={ZoomOut} />
      <span className="num">{Math.round(zoom * 100)}%</span>
      <CommandIcon id="graph.zoomIn" icon={ZoomIn} />
      <CommandIcon id="graph.fit" icon={Maximize} />
    </div>
  )
}

/** The application of the sample: who changes the rows that one sees flow. */
function SampleWriter() {
  const sample = useApp((state) => (state.workspace?.summary.sample ? state.sample : undefined))
  const { commands } = useProgram()
  if (sample?.state !== 'running') return null
  const paused = sample.writer === 'paused'
  return (
    <Button
      kind="quiet"
      icon={paused ? Play : Pause}
      title={paused ? 'The sample changes no rows now' : `The sample changes about ${sample.rate} rows a second`}
      onClick={() => commands.run(paused ? 'sample.resumeWriter' : 'sample.pauseWriter')}
    >
      {paused ? 'Resume writer' : 'Pause writer'}
    </Button>
  )
}
