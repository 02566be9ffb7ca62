import type { PublicSchemaView } from '../../../../main/contract/contract.ts'
import { Button } from '../../../components/button.tsx'
import { TabList } from '../../../components/tab-list.tsx'
import type { Layout } from '../../../stores/layout-store.ts'
import { newConsumerForm } from '../../../stores/new-schema.ts'
import { useLayout, useProgram } from '../../../stores/program.ts'
import { showEventsOf } from '../../../stores/show-events.ts'
import { consuming } from '../../consumer-schema/new-consumer.ts'
import { Inspector } from '../../inspector/inspector.tsx'
import { ConsumersTab } from './consumers-tab.tsx'
import { ContractTab } from './contract-tab.tsx'
import { LineageTab } from './lineage-tab.tsx'
import { RowsTab } from './rows-tab.tsx'
import { VersionsTab } from './versions-tab.tsx'

type SectionId = Layout['catalogueSection']

const names: Readonly<Record<SectionId, string>> = {
  contract: 'Contract',
  lineage: 'Lineage',
  versions: 'Versions',
  consumers: 'Consumers',
  rows: 'Rows',
}
const order: readonly SectionId[] = ['contract', 'lineage', 'versions', 'consumers', 'rows']

/** A public schema as those see it who want to build on it. */
export function SchemaDetails({ schema }: { schema: PublicSchemaView }) {
  const { app, layout, tabs } = useProgram()
  const section = useLayout((state) => state.catalogueSection)
  const openEvents = () => showEventsOf(layout, schema.name)
  const consume = () => {
    const { workspace } = app.getState()
    if (workspace === undefined) return
    const form = newConsumerForm(workspace)
    tabs.newConsumer({ ...form, ...consuming(schema, form, workspace) })
  }
  return (
    <Inspector
      kind="schema"
      name={schema.name}
      manifest={schema.manifest}
      actions={
        <>
          <Button onClick={openEvents}>Open events</Button>
          <span className="grow" />
          <Button onClick={() => void tabs.edit(schema.id)}>Edit</Button>
          <Button kind="primary" onClick={consume}>
            Consume this
          </Button>
        </>
      }
    >
      <TabList
        className="inspector-tabs"
        label="Details"
        tabs={order.map((id) => ({ id, name: names[id] }))}
        current={section}
        onChoose={(catalogueSection) => layout.change({ catalogueSection })}
      />
      <div className="inspector-body" role="tabpanel" aria-label={names[section]} key={`${schema.id}:${section}`}>
        <Section id={section} schema={schema} />
      </div>
    </Inspector>
  )
}

function Section({ id, schema }: { id: SectionId; schema: PublicSchemaView }) {
  switch (id) {
    case 'contract':
      return <ContractTab schema={schema} />
    case 'lineage':
      return <LineageTab schema={schema} />
    case 'versions':
      return <VersionsTab schema={schema} />
    case 'consumers':
      return <ConsumersTab schema={schema} />
    case 'rows':
      return <RowsTab schema={schema} />
  }
}
