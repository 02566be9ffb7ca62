import { DropdownMenu } from 'radix-ui'
import { useMemo } from 'react'
import { StatusGlyph, toneOf } from '../../components/status-glyph.tsx'
import { useApp, useStatus } from '../../stores/program.ts'
import { type SyncSummary, summarizeSync } from '../../stores/sync-summary.ts'
import { formatRate } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import { CommandItem, MenuContent } from './menu-item.tsx'

/** "Live · 1.2k rows/s · lag 40 ms"; opens what one can do about it. */
export function SyncPill() {
  const isOpen = useApp((state) => state.workspace !== undefined)
  const sample = useApp((state) => state.workspace?.summary.sample === true)
  const engine = useApp((state) => state.engine)
  const status = useStatus((state) => state.status)
  const rate = useStatus((state) => state.rates.get('total') ?? 0)
  const summary = useMemo(() => summarizeSync(engine, status), [engine, status])
  if (!isOpen)
    return (
      <div className="sync-pill">
        <StatusGlyph glyph="waiting" />
        <span>No workspace open</span>
      </div>
    )
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="sync-pill">
        <StatusGlyph glyph={summary.glyph} />
        <span className="num">
          <span className="visually-hidden">Sync: </span>
          <span className={`strong ${isBad(summary) ? `tone-${toneOf[summary.glyph]}` : ''}`}>{summary.word}</span>
          {engine.state === 'running' && summary.lagMs !== undefined && (
            <>
              {' '}
              · {formatRate(rate).replace('/s', ' rows/s')} · lag {formatDuration(summary.lagMs)}
            </>
          )}
        </span>
      </DropdownMenu.Trigger>
      <MenuContent align="end">
        <CommandItem id="engine.plan" />
        <CommandItem id="engine.start" />
        <CommandItem id="engine.stop" />
        {sample && (
          <>
            <DropdownMenu.Separator className="menu-line" />
            <CommandItem id="sample.pauseWriter" />
            <CommandItem id="sample.resumeWriter" />
          </>
        )}
      </MenuContent>
    </DropdownMenu.Root>
  )
}

function isBad({ glyph }: SyncSummary): boolean {
  return glyph === 'failed' || glyph === 'retrying'
}
