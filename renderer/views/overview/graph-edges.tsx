import { BaseEdge, type Edge, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import type { EdgeLook } from './edge-look.ts'

export type GraphEdge = Edge<EdgeData, 'flow'>

export interface EdgeData extends Record<string, unknown> {
  readonly look: EdgeLook
  readonly onPath: boolean
  /** Above and below the straight part; absent on the curves within a group. */
  readonly above: string | undefined
  readonly below: string | undefined
  /** Changes each second in which rows flowed; 0 for none. */
  readonly pulse: number
  /** Middle of the gap between group and spine, so that labels stand under one another. */
  readonly labelX: number | undefined
}

const FlowEdge = memo(({ id, sourceX, sourceY, targetX, targetY, data }: EdgeProps<GraphEdge>) => {
  if (data === undefined) return null
  const { look, onPath, above, below, pulse, labelX } = data
  const straight = Math.abs(sourceY - targetY) < 0.5
  const half = (targetX - sourceX) / 2
  const path = straight
    ? `M${sourceX} ${sourceY}H${targetX}`
    : `M${sourceX} ${sourceY}C${sourceX + half} ${sourceY} ${targetX - half} ${targetY} ${targetX} ${targetY}`
  const tone = `graph-edge-${look.kind} ${onPath ? 'graph-on-path' : ''}`
  const middle = labelX ?? (sourceX + targetX) / 2
  return (
    <g>
      <BaseEdge
        id={id}
        path={path}
        className={`graph-edge ${tone}`}
        style={{ strokeWidth: look.width }}
        interactionWidth={0}
      />
      {above !== undefined && (
        <text className={`graph-label graph-label-above ${tone}`} x={middle} y={sourceY - 8}>
          {above}
        </text>
      )}
      {below !== undefined && (
        <text className={`graph-label ${tone}`} x={middle} y={sourceY + 15.5}>
          {below}
        </text>
      )}
      {pulse > 0 && straight && (
        <g
          key={pulse}
          className={`graph-pulse ${tone}`}
          style={{ '--from': `${sourceX}px`, '--to': `${targetX}px`, '--y': `${sourceY}px` }}
        >
          <circle r="6" opacity="0.22" />
          <circle r="3.4" />
        </g>
      )}
    </g>
  )
})

export const edgeTypes = { flow: FlowEdge }
