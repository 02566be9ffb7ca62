import { useReactFlow } from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useRef } from 'react'
import { useApp, useOverlay, useProgram } from '../../stores/program.ts'
import { fitCamera, type GraphLayout } from './graph-layout.ts'
import { spineId } from './graph-structure.ts'
import { zoomStore } from './zoom-store.ts'

type Fit = (durationMs: number, minZoom: number) => void
/** A graph opens so that its names can be read; who asks to see all of it sees all of it. */
export const readable = 0.7
export const smallest = 0.1

/** Small graphs are read closely, large ones from afar: names and numbers go when they could not be read anyway. */
export function useZoomClass() {
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
export function useFit(element: RefObject<HTMLDivElement | null>, places: GraphLayout, path: string): Fit {
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

export function useWishes(selected: string | undefined, fit: Fit) {
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
