import '@xyflow/react/dist/base.css'
import { Background, type BackgroundVariant, MiniMap, ReactFlow, ReactFlowProvider, type Viewport } from '@xyflow/react'
import { useMemo, useRef } from 'react'
import { toneOf } from '../../components/status-glyph.tsx'
import type { Selection } from '../../stores/layout-store.ts'
import { useApp, useLayout, useProgram, useStatus } from '../../stores/program.ts'
import { useStates } from '../../stores/use-states.ts'
import { withTeams } from '../../stores/with-teams.ts'
import { buildGraph } from './build-graph.ts'
import { edgeTypes } from './graph-edges.tsx'
import { layoutGraph } from './graph-layout.ts'
import { type GraphNode, nodeTypes } from './graph-nodes.tsx'
import { consumerNodeId, graphStructure, schemaNodeId, spineId, storeNodeId } from './graph-structure.ts'
import { readable, smallest, useFit, useWishes, useZoomClass } from './use-camera.ts'
import { zoomStore } from './zoom-store.ts'

export function OverviewGraph() {
  return (
    <ReactFlowProvider>
      <Graph />
    </ReactFlowProvider>
  )
}

/** From here on, what is out of sight is not drawn. */
const manyNodes = 200

function Graph() {
  const { layout } = useProgram()
  const workspace = useApp((state) => state.workspace)
  const path = workspace?.summary.path ?? ''
  const structure = useMemo(
    () => (workspace === undefined ? { left: [], right: [], reads: [] } : graphStructure(withTeams(workspace))),
    [workspace],
  )
  // Only another structure is laid out again; states and rates change every second and move nothing.
  const places = useMemo(() => layoutGraph(structure), [structure])
  const states = useStates()
  const rates = useStatus((state) => state.rates)
  const status = useStatus((state) => state.status)
  const selection = useLayout((state) => state.selection)
  const selected = useMemo(() => nodeOf(selection, places.nodes), [selection, places])
  const { nodes, edges } = useMemo(
    () => buildGraph({ structure, places, states, rates, status, selected }),
    [structure, places, states, rates, status, selected],
  )
  const camera = layout.store.getState().cameras[path]
  /** Where the camera was when somebody took hold of it. */
  const before = useRef<Viewport>(undefined)
  const element = useZoomClass()
  const fit = useFit(element, places, path)
  useWishes(selected, fit)

  return (
    <div className="graph" ref={element}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        {...(camera === undefined ? {} : { defaultViewport: camera })}
        onInit={() => camera === undefined && fit(0, readable)}
        minZoom={smallest}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements={nodes.length > manyNodes}
        onNodeClick={(_, node) => layout.select(selectionOf(node))}
        onNodesChange={(changes) => {
          const chosen = changes.find((change) => change.type === 'select' && change.selected)
          const node = chosen?.type === 'select' ? nodes.find(({ id }) => id === chosen.id) : undefined
          if (node !== undefined) layout.select(selectionOf(node))
        }}
        onPaneClick={() => layout.select(undefined)}
        onMove={(_, { zoom }) => {
          zoomStore.setState({ zoom })
        }}
        onMoveStart={(_, from) => {
          before.current = from
        }}
        onMoveEnd={(event, { x, y, zoom }) => {
          // Only what a person did, and a click moves nothing: fitting happens again by itself.
          const { current: from } = before
          if (event === null || (from?.x === x && from.y === y && from.zoom === zoom)) return
          const { cameras } = layout.store.getState()
          layout.change({ cameras: { ...cameras, [path]: { x, y, zoom } } })
        }}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={dots} gap={16} size={1.4} color="var(--graph-dot)" />
        <MiniMap
          position="bottom-left"
          style={{ width: 160, height: 128 }}
          nodeColor={miniColor}
          nodeBorderRadius={2}
          bgColor="var(--plane-0)"
          maskColor="color-mix(in srgb, var(--plane-2) 60%, transparent)"
          maskStrokeColor="var(--accent)"
          maskStrokeWidth={2}
          pannable
          zoomable
          ariaLabel="Map of the graph"
        />
      </ReactFlow>
      <Legend />
    </div>
  )
}

// An enum that the compiler may not inline; its value is what the library documents.
const dots = 'dots' as BackgroundVariant

function Legend() {
  return (
    <ul className="graph-legend">
      <li>
        <span className="legend-line" /> width is rate
      </li>
      <li>
        <span className="legend-line legend-retrying" /> retrying
      </li>
      <li>
        <span className="legend-line legend-halted" /> halted
      </li>
      <li>
        <span className="legend-line legend-paused" /> paused
      </li>
      <li>
        <span className="legend-line legend-path" /> selected path
      </li>
    </ul>
  )
}

function selectionOf(node: GraphNode): Selection | undefined {
  if (node.id === spineId) return { kind: 'store', id: 'store' }
  const kind = node.type === 'card' ? node.data.kind : undefined
  return kind === undefined ? undefined : { kind, id: node.id.slice(node.id.indexOf(':') + 1) }
}

/** A connection that stands on both sides is shown where it is read. */
function nodeOf(selection: Selection | null, nodes: ReadonlyMap<string, unknown>): string | undefined {
  switch (selection?.kind) {
    case 'schema':
      return schemaNodeId(selection.id)
    case 'consumer':
      return consumerNodeId(selection.id)
    case 'store':
      return spineId
    case 'connection': {
      const left = storeNodeId('left', selection.id)
      return nodes.has(left) ? left : storeNodeId('right', selection.id)
    }
    case undefined:
      return undefined
  }
}

function miniColor(node: GraphNode): string {
  if (node.type === 'manifest') return 'var(--plane-3)'
  if (node.type === 'spine') return 'var(--text-3)'
  const tone = toneOf[node.data.state?.glyph ?? 'waiting']
  if (tone === 'warn' || tone === 'error') return `var(--${tone})`
  if (node.data.faint) return 'var(--text-3)'
  return { connection: 'var(--text-3)', schema: 'var(--public)', consumer: 'var(--consumer)' }[node.data.kind]
}
