import { useStatus } from '../../stores/program.ts'
import { formatBytes, formatCount } from '../../text/format-number.ts'
import { Inspector } from './inspector.tsx'
import { RateSection } from './rate-section.tsx'
import { Fact, Section } from './section.tsx'

/** The event store: every change goes through it before it is confirmed to its source. */
export function StoreInspector() {
  const store = useStatus((state) => state.status?.store)
  return (
    <Inspector kind="store" name="Event store" manifest="" about="On this computer">
      <div className="inspector-body">
        <RateSection objectKey="total" title="Rows applied, all consumers" />
        <Section>
          <dl>
            <Fact name="Events">
              {store === undefined ? 'not open' : <span className="mono">{formatCount(store.events)}</span>}
            </Fact>
            <Fact name="Size">{store === undefined ? undefined : formatBytes(store.bytes)}</Fact>
          </dl>
          <p className="inspector-text text-2">
            Changes are on this computer's disk before a source is told that they have arrived. A destination that is
            slow or away delays no other: its changes wait here.
          </p>
        </Section>
      </div>
    </Inspector>
  )
}
