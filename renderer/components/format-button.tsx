import { WandSparkles } from 'lucide-react'
import { describeKeys } from '../commands/keys.ts'
import { useProgram, useSqlEditing } from '../stores/program.ts'
import { Button } from './button.tsx'

/** Beside an editor of SQL: puts its lines and spaces in order. */
export function FormatButton() {
  const { commands, platform } = useProgram()
  const canFormat = useSqlEditing(({ format }) => format !== undefined)
  const command = commands.find('sql.format')
  return (
    <Button kind="quiet" small icon={WandSparkles} disabled={!canFormat} onClick={() => commands.run('sql.format')}>
      Format <kbd className="format-keys">{describeKeys(command?.keys ?? '', platform)}</kbd>
    </Button>
  )
}
