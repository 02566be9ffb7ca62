import { Toaster } from 'sonner'
import { TooltipProvider } from '../../components/tooltip.tsx'
import { useApp, useLayout } from '../../stores/program.ts'
import { FirstRun } from '../first-run/first-run.tsx'
import { CollectReview } from './collect-review.tsx'
import { ExportReview } from './export-review.tsx'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { Removal } from './removal.tsx'
import { ResetSample } from './reset-sample.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { StartPlan } from './start-plan.tsx'
import { StatusBar } from './status-bar.tsx'
import { Teams } from './teams.tsx'
import { TitleBar } from './title-bar.tsx'
import { Workspace } from './workspace.tsx'

/** The whole window. */
export function Shell() {
  const path = useApp((state) => state.workspace?.summary.path)
  const opening = useApp((state) => state.opening)
  const view = useLayout((layout) => layout.view)
  const shown = path !== undefined && opening === undefined
  return (
    <TooltipProvider delayDuration={500} skipDelayDuration={200}>
      <div className="shell" data-view={shown ? view : 'first-run'}>
        <TitleBar />
        <div className="shell-middle">
          <Rail />
          {shown ? <Workspace key={path} /> : <FirstRun />}
        </div>
        <StatusBar />
      </div>
      <Palette />
      <Shortcuts />
      <ResetSample />
      <CollectReview />
      <ExportReview />
      <StartPlan />
      <Removal />
      <Teams />
      <Toaster
        position="bottom-center"
        offset={40}
        duration={1_800}
        toastOptions={{ unstyled: true, className: 'toast' }}
      />
    </TooltipProvider>
  )
}
