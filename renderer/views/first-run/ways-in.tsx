import { ChevronRight, FlaskConical, FolderOpen, Plus } from 'lucide-react'
import { describeKeys } from '../../commands/keys.ts'
import { Button } from '../../components/button.tsx'
import { useProgram } from '../../stores/program.ts'

/** The three big rows. The first is the one for somebody who has just come. */
export function WaysIn() {
  const { commands, platform } = useProgram()
  const keys = (id: string) => describeKeys(commands.find(id)?.keys ?? '', platform)
  return (
    <div className="ways-in">
      <div className="way way-first">
        <span className="way-tile">
          <FlaskConical size={20} strokeWidth={1.6} aria-hidden />
        </span>
        <span className="grow">
          <strong>Open the sample workspace</strong>
          <span>Two real databases on this computer with rows that change. Live in about 10 seconds.</span>
        </span>
        <Button kind="primary" className="way-button" onClick={() => commands.run('workspace.openSample')}>
          Open sample
        </Button>
      </div>
      <button type="button" className="way" onClick={() => commands.run('workspace.open')}>
        <span className="way-tile">
          <FolderOpen size={20} strokeWidth={1.6} aria-hidden />
        </span>
        <span className="grow">
          <strong>Open a folder or repository</strong>
          <span>
            One that has a <code>rejot-manifest.json</code>.
          </span>
        </span>
        <kbd>{keys('workspace.open')}</kbd>
        <ChevronRight size={16} aria-hidden />
      </button>
      <button type="button" className="way" onClick={() => commands.run('workspace.create')}>
        <span className="way-tile">
          <Plus size={20} strokeWidth={1.6} aria-hidden />
        </span>
        <span className="grow">
          <strong>New workspace</strong>
          <span>Choose a folder; a manifest is written there for you to fill.</span>
        </span>
        <kbd>{keys('workspace.create')}</kbd>
        <ChevronRight size={16} aria-hidden />
      </button>
    </div>
  )
}
