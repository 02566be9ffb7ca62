import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { useApp, useEvents, useProgram } from '../../stores/program.ts'

/** Nothing matched, nothing was stored yet, or the search has not come to the end. */
export function NoEvents({ filtered }: { filtered: boolean }) {
  const { layout, commands, events } = useProgram()
  const more = useEvents((state) => state.more)
  const loading = useEvents((state) => state.loading)
  const stopped = useApp((state) => state.engine.state === 'idle')
  const connected = useApp((state) => (state.workspace?.connections.length ?? 0) > 0)
  const publishes = useApp((state) => (state.workspace?.publicSchemas.length ?? 0) > 0)
  const sample = useApp((state) => state.workspace?.summary.sample === true)
  if (filtered && more)
    return (
      <EmptyState title="Nothing found so far" sentence="Older events have not been searched yet.">
        <Button kind="primary" disabled={loading !== 'none'} onClick={() => events.older()}>
          {loading === 'none' ? 'Search further back' : 'Searching…'}
        </Button>
        <Button onClick={() => layout.change({ eventFilter: '' })}>Clear the filter</Button>
      </EmptyState>
    )
  if (filtered)
    return (
      <EmptyState title="No event matches the filter" sentence="Events that match will appear here as they come.">
        <Button onClick={() => layout.change({ eventFilter: '' })}>Clear the filter</Button>
      </EmptyState>
    )
  return (
    <EmptyState
      title="No event is stored yet"
      sentence="Each change of a published row becomes an event and stands here, newest first, with who has it."
    >
      {!publishes ? (
        <Button kind="primary" onClick={() => commands.run(connected ? 'catalogue.tables' : 'connection.new')}>
          {connected ? 'Publish a table' : 'Connect a database'}
        </Button>
      ) : (
        stopped && (
          // The bar above has the primary one.
          <Button onClick={() => commands.run('engine.start')}>Start sync</Button>
        )
      )}
      {!sample && <Button onClick={() => commands.run('workspace.openSample')}>Look at the sample</Button>}
    </EmptyState>
  )
}
