import { Minus, Search, Square, X } from 'lucide-react'
import { describeKeys } from '../../commands/keys.ts'
import { useProgram } from '../../stores/program.ts'
import { Mark } from './mark.tsx'
import { SyncPill } from './sync-pill.tsx'
import { WorkspaceMenu } from './workspace-menu.tsx'

/** 40 high, and what one drags the window by. */
export function TitleBar() {
  const { platform, commands, actions } = useProgram()
  const keys = commands.find('palette.open')?.keys
  return (
    <header className={`title-bar ${platform === 'darwin' ? 'title-bar-mac' : ''}`}>
      <div className="title-mark">
        <Mark />
      </div>
      <WorkspaceMenu />
      <button type="button" className="command-field" onClick={() => commands.run('palette.open')}>
        <Search size={14} aria-hidden />
        <span className="grow">Search, jump or run a command</span>
        {keys !== undefined && <kbd>{describeKeys(keys, platform)}</kbd>}
      </button>
      <div className="grow" />
      <SyncPill />
      {platform !== 'darwin' && (
        <div className="window-controls">
          <button type="button" aria-label="Minimize" onClick={() => actions.windowControl('minimize')}>
            <Minus size={14} aria-hidden />
          </button>
          <button
            type="button"
            aria-label="Maximize or restore"
            onClick={() => actions.windowControl('toggleMaximize')}
          >
            <Square size={12} aria-hidden />
          </button>
          <button
            type="button"
            className="window-close"
            aria-label="Close"
            onClick={() => actions.windowControl('close')}
          >
            <X size={16} aria-hidden />
          </button>
        </div>
      )}
    </header>
  )
}
