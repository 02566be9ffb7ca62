import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { HardDrive } from 'lucide-react'
import { memo } from 'react'
import { ObjectChip, ObjectIcon } from '../../components/object-icon.tsx'
import { StateMore } from '../../components/state-word.tsx'
import { StatusGlyph, toneOf } from '../../components/status-glyph.tsx'
import type { ObjectState } from '../../stores/object-state.ts'
import type { EdgeLook } from './edge-look.ts'
import { nodeHeight } from './graph-layout.ts'

export type GroupNodeType = Node<{ slug: string; count: string }, 'manifest'>
export type CardNodeType = Node<CardData, 'card'>
export type SpineNodeType = Node<SpineData, 'spine'>
export type GraphNode = GroupNodeType | CardNodeType | SpineNodeType

export interface CardData extends Record<string, unknown> {
  readonly kind: 'connection' | 'schema' | 'consumer'
  readonly name: string
  readonly line: string
  readonly right: string | undefined
  readonly state: ObjectState | undefined
  readonly deadLetters: number
  readonly faint: boolean
  /** Which sides have a port, and its colour. */
  readonly left: EdgeLook['kind'] | 'none'
  readonly rightPort: EdgeLook['kind'] | 'none'
  readonly onPath: boolean
}

export interface SpineData extends Record<string, unknown> {
  readonly ports: readonly {
    readonly id: string
    readonly side: 'left' | 'right'
    readonly y: number
    readonly look: EdgeLook
    readonly onPath: boolean
  }[]
  readonly curves: readonly {
    readonly id: string
    readonly from: number
    readonly to: number
    readonly look: EdgeLook
    readonly onPath: boolean
  }[]
  readonly events: string
  readonly bytes: string
}

const GroupNode = memo(({ data }: NodeProps<GroupNodeType>) => (
  <div className="graph-group">
    <span className="graph-group-name ellipsis">{data.slug}</span>
    <span className="muted">{data.count}</span>
  </div>
))

const CardNode = memo(({ data, selected }: NodeProps<CardNodeType>) => {
  const { kind, name, line, right, state, deadLetters, faint } = data
  return (
    <>
      <div
        className={`graph-card graph-card-${kind} graph-state-${state?.glyph ?? 'waiting'} ${selected ? 'graph-selected' : ''} ${faint ? 'graph-faint' : ''}`}
      >
        <div className="graph-card-name">
          {kind === 'connection' ? <ObjectIcon kind="connection" /> : <ObjectChip kind={kind} size={18} />}
          <span className="ellipsis">{name}</span>
        </div>
        <div className="graph-card-line ellipsis">{line}</div>
        {state !== undefined && (
          <div className={`graph-card-state tone-${toneOf[state.glyph]}`}>
            <StatusGlyph glyph={state.glyph} size={9} />
            <span className="graph-card-word ellipsis">{state.word}</span>
            <span className="graph-card-right num">
              {state.retryAt !== undefined || state.progress !== undefined ? <StateMore state={state} /> : right}
            </span>
          </div>
        )}
        {deadLetters > 0 && <span className="graph-badge num">{deadLetters > 99 ? '99+' : deadLetters}</span>}
        {data.left !== 'none' && <Port side="left" look={data.left} onPath={data.onPath} />}
        {data.rightPort !== 'none' && <Port side="right" look={data.rightPort} onPath={data.onPath} />}
      </div>
      <End side="left" id="left" y={nodeHeight / 2} />
      <End side="right" id="right" y={nodeHeight / 2} />
    </>
  )
})

/** Everything goes through here; the curves inside show who reads what. */
const SpineNode = memo(({ data, width = 60, height = 160, selected }: NodeProps<SpineNodeType>) => (
  <>
    <div className={`graph-spine ${selected ? 'graph-selected' : ''}`} style={{ width, height }}>
      <svg width={width} height={height} aria-hidden="true">
        {data.curves.map(({ id, from, to, look, onPath }) => (
          <path
            key={id}
            className={`graph-edge graph-edge-${look.kind} ${onPath ? 'graph-on-path' : ''}`}
            d={`M0 ${from}C${width / 2} ${from} ${width / 2} ${to} ${width} ${to}`}
            strokeWidth={onPath ? 2 : 1.2}
          />
        ))}
      </svg>
      <div className="graph-spine-head">
        <HardDrive size={14} strokeWidth={1.6} aria-hidden /> Store
      </div>
      <div className="graph-spine-foot num">
        <strong>{data.events}</strong>
        <span>{data.bytes}</span>
      </div>
      {data.ports.map(({ id, side, y, look, onPath }) => (
        <Port key={id} side={side} top={y} look={look.kind} onPath={onPath} />
      ))}
    </div>
    {data.ports.map(({ id, side, y }) => (
      <End key={id} side={side} id={id} y={y} />
    ))}
  </>
))

interface PortProps {
  readonly side: 'left' | 'right'
  readonly top?: number
  readonly look: EdgeLook['kind']
  readonly onPath: boolean
}

/** What one sees of an edge's end. */
function Port({ side, look, onPath, top }: PortProps) {
  return (
    <span
      className={`graph-port graph-port-${side} graph-port-${look} ${onPath ? 'graph-on-path' : ''}`}
      style={top === undefined ? {} : { top }}
    />
  )
}

/** Where an edge ends, exactly on the node's border; not seen. The same place as in the node's `handles`. */
function End({ side, id, y }: { side: 'left' | 'right'; id: string; y: number }) {
  return (
    <Handle
      id={id}
      type={side === 'left' ? 'target' : 'source'}
      position={side === 'left' ? Position.Left : Position.Right}
      isConnectable={false}
      className={`graph-end graph-end-${side}`}
      style={{ top: y - 0.5 }}
    />
  )
}

export const nodeTypes = { manifest: GroupNode, card: CardNode, spine: SpineNode }
