import type { Selection } from '../stores/layout-store.ts'
import type { ViewId } from '../stores/tab-id.ts'
import { withTeams } from '../stores/with-teams.ts'
import type { CommandDeps } from './commands.ts'
import type { Command } from './registry.ts'
import { jumpsToDrafts } from './schema-commands.ts'

/** One for each connection, public schema and consumer, and for each recent workspace. */
export function createJumps(deps: CommandDeps): () => readonly Command[] {
  const { app, layout, actions } = deps
  const goTo = (selection: Selection, view: ViewId) => () => {
    layout.select(selection)
    layout.open(view)
  }
  return () => {
    const { workspace, recent } = app.getState()
    const whole = workspace === undefined ? undefined : withTeams(workspace)
    const jump = (id: string, title: string, detail: string, words: string, run: () => void): Command => ({
      id,
      title,
      detail,
      words,
      group: 'Jump',
      run,
    })
    return [
      ...(workspace?.connections ?? []).map(({ id, slug, manifest, host }) =>
        jump(
          `jump.connection.${id}`,
          slug,
          `Connection · ${manifest}`,
          `connection database ${manifest} ${host}`,
          goTo({ kind: 'connection', id }, 'connections'),
        ),
      ),
      ...(whole?.publicSchemas ?? []).map(({ id, name, manifest }) =>
        jump(
          `jump.schema.${id}`,
          name,
          `Public schema · ${manifest}`,
          `public schema ${manifest}`,
          goTo({ kind: 'schema', id }, 'overview'),
        ),
      ),
      ...(whole?.consumers ?? []).map(({ id, name, manifest }) =>
        jump(
          `jump.consumer.${id}`,
          name,
          `Consumer schema · ${manifest}`,
          `consumer schema ${manifest}`,
          goTo({ kind: 'consumer', id }, 'overview'),
        ),
      ),
      ...(workspace === undefined ? [] : jumpsToDrafts(deps)),
      ...recent
        .filter(({ path }) => path !== workspace?.summary.path)
        .map(({ path, name, sample }) =>
          jump(
            `open.${path}`,
            `Open ${name}`,
            path,
            `recent workspace ${path}`,
            () => void (sample ? actions.openSample() : actions.open(path)),
          ),
        ),
    ]
  }
}
