import { Pencil, PlugZap, Trash2 } from 'lucide-react'
import type { ConnectionView } from '../../../main/contract/contract.ts'
import { Button, CommandIcon } from '../../components/button.tsx'
import { ErrorBlock } from '../../components/error-block.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { Tooltip } from '../../components/tooltip.tsx'
import { useFailure, useProgram } from '../../stores/program.ts'
import { Section } from './section.tsx'

/** What can be done with a connection. */
export function ConnectionActions() {
  const { commands } = useProgram()
  return (
    <>
      <Tooltip text="Change it" keys={commands.find('connection.edit')?.keys}>
        <Button icon={Pencil} onClick={() => commands.run('connection.edit')}>
          Change
        </Button>
      </Tooltip>
      <Tooltip text="Test it step by step" keys={commands.find('connection.test')?.keys}>
        <Button icon={PlugZap} onClick={() => commands.run('connection.test')}>
          Test
        </Button>
      </Tooltip>
      <span className="grow" />
      <CommandIcon id="connection.remove" icon={Trash2} label="Remove the connection…" />
    </>
  )
}

/** What the last thing asked of it said, and a password that waits to be let go. */
export function ConnectionNotes({ connection }: { connection: ConnectionView }) {
  const { id, slug, host, password } = connection
  const failure = useFailure(`connection:${id}`)
  const { actions, commands } = useProgram()
  if (failure === undefined && password !== 'withheld') return null
  return (
    <Section>
      {failure !== undefined && <FailureNote failure={failure} />}
      {password === 'withheld' && (
        <ErrorBlock
          message={`The password of ${slug} is withheld`}
          solution={`It was typed for another place than the file names now. It is not sent to ${host} until you say so.`}
        >
          <Button small onClick={() => void actions.confirmPassword(id)}>
            Send it there
          </Button>
          <Button small onClick={() => commands.run('connection.edit')}>
            Type another…
          </Button>
        </ErrorBlock>
      )}
    </Section>
  )
}
