import '@xyflow/react/dist/base.css'
import { Background, type BackgroundVariant, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'
import { toneOf } from '../../components/status-glyph.tsx'
import type { Selection } from '../../stores/layout-store.ts'
import { useApp, useLayout, useOverlay, useProgram, useStatus } from '../../stores/program.ts'
import { useStates } from '../../stores/use-states.ts'
import { buildGraph } from './build-graph.ts'
import { edgeTypes } from './graph-edges.tsx'
import { fitCamera, type GraphLayout, layoutGraph } from './graph-layout.ts'
import { type GraphNode, nodeTypes } from './graph-nodes.tsx'
import { consumerNodeId, graphStructure, schemaNodeId, spineId, storeNodeId } from './graph-structure.ts'
import { zoomStore } from './zoom-store.ts'

export function OverviewGraph() {
  return (
    <ReactFlowProvider>
      <Graph />
    </ReactFlowProvider>
  )
}

type Fit = (durationMs: number, minZoom: number) => void
/** A graph opens so that its names can be read; who asks to see all of it sees all of it. */
const readable = 0.7
const smallest = 0.1
/** From here on, what is out of sight is not drawn. */
const manyNodes = 200

function Graph() {
  const { layout } = useProgram()
  const workspace = useApp((state) => state.workspace)
  const path = workspace?.summary.path ?? ''
  const structure = useMemo(
    () => (workspace === undefined ? { left: [], right: [], reads: [] } : graphStructure(workspace)),
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
        onMoveEnd={(event, { x, y, zoom }) => {
          // Only what a person did: fitting happens again by itself.
          if (event === null) return
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

/** Small graphs are read closely, large ones from afar: names and numbers go when they could not be read anyway. */
function useZoomClass() {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const show = ({ zoom }: { zoom: number }) => {
      if (element.current !== null) element.current.dataset.zoom = zoom < 0.45 ? 'far' : zoom < 0.7 ? 'middle' : 'near'
    }
    show(zoomStore.getState())
    return zoomStore.subscribe(show)
  }, [])
  return element
}

/**
 * Shows everything, no larger than life and from the top, and again whenever the pane changes its size, until a person
 * moves the camera.
 */
function useFit(element: RefObject<HTMLDivElement | null>, places: GraphLayout, path: string): Fit {
  const flow = useReactFlow()
  const { layout } = useProgram()
  const fit = useCallback(
    (durationMs: number, minZoom: number) => {
      const { clientWidth = 0, clientHeight = 0 } = element.current ?? {}
      const { x, y, zoom } = fitCamera(places, { width: clientWidth, height: clientHeight, minZoom })
      void flow.setViewport({ x, y, zoom }, { duration: durationMs })
    },
    [flow, places, element],
  )
  useEffect(() => {
    const node = element.current
    if (node === null) return
    const observer = new ResizeObserver(() => {
      if (layout.store.getState().cameras[path] === undefined) fit(0, readable)
    })
    observer.observe(node)
    return () => observer.disconnect()
  }, [element, fit, layout, path])
  return fit
}

function graphMs(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 240
}

function useWishes(selected: string | undefined, fit: Fit) {
  const flow = useReactFlow()
  const wish = useOverlay((state) => state.wish)
  const seen = useRef(wish.turn)
  const { layout } = useProgram()
  const path = useApp((state) => state.workspace?.summary.path ?? '')
  useEffect(() => {
    if (wish.turn === seen.current) return
    seen.current = wish.turn
    if (wish.id === 'fit') {
      fit(graphMs(), smallest)
      const { [path]: _, ...cameras } = layout.store.getState().cameras
      layout.change({ cameras })
    }
    if (wish.id === 'zoom-in') void flow.zoomIn({ duration: graphMs() })
    if (wish.id === 'zoom-out') void flow.zoomOut({ duration: graphMs() })
  }, [wish, flow, layout, path, fit])
  // A node chosen in the tree or the palette may be out of sight.
  useEffect(() => {
    const node = selected === undefined ? undefined : flow.getNode(selected)
    const view = document.querySelector('.graph')?.getBoundingClientRect()
    if (node === undefined || view === undefined || selected === spineId) return
    const { x, y } = flow.flowToScreenPosition(node.position)
    const { x: right, y: bottom } = flow.flowToScreenPosition({
      x: node.position.x + (node.width ?? 0),
      y: node.position.y + (node.height ?? 0),
    })
    if (x >= view.left && y >= view.top && right <= view.right && bottom <= view.bottom) return
    void flow.setCenter(node.position.x + (node.width ?? 0) / 2, node.position.y + (node.height ?? 0) / 2, {
      zoom: Math.max(flow.getZoom(), 0.7),
      duration: graphMs(),
    })
  }, [selected, flow])
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
