import type { ReactNode } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import { useLayout, useProgram } from '../../stores/program.ts'

interface WithInspectorProps {
  readonly width: 'inspectorWidth' | 'eventInspectorWidth' | 'catalogueInspectorWidth' | 'contractWidth'
  /** `undefined`: nothing is selected, and the screen has all the room. */
  readonly inspector: ReactNode | undefined
  readonly children: ReactNode
}

/** A screen, and right of it the details of what is selected. The width is kept. */
export function WithInspector({ width, inspector, children }: WithInspectorProps) {
  const { layout } = useProgram()
  const open = useLayout((state) => state.inspectorOpen)
  const size = layout.store.getState()[width]
  return (
    <Group className="grow" orientation="horizontal">
      <Panel id="screen" className="screen-main" style={{ overflow: 'hidden' }} minSize={320}>
        {children}
      </Panel>
      {open && inspector !== undefined && (
        <>
          <Separator className="separator" aria-label="Width of the inspector" />
          <Panel
            id="inspector"
            defaultSize={size}
            minSize={280}
            maxSize={560}
            groupResizeBehavior="preserve-pixel-size"
            onResize={({ inPixels }) => layout.change({ [width]: Math.round(Math.min(560, Math.max(280, inPixels))) })}
          >
            {inspector}
          </Panel>
        </>
      )}
    </Group>
  )
}
