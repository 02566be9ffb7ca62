import type { AppStateBook } from '../app-state.ts'
import type { Handlers } from '../ipc/answer.ts'
import { Refusal } from '../ipc/refusal.ts'
import { changeSettings } from '../teams/change-list.ts'
import { readTeamAddress } from '../teams/team-address.ts'
import type { TeamCopies } from '../teams/team-copies.ts'
import { addAddress, removeAddress } from '../teams/team-list.ts'
import type { Workspaces } from '../workspace/workspaces.ts'

export interface TeamHandlerDeps {
  readonly state: AppStateBook
  readonly workspaces: Workspaces
  readonly copies: TeamCopies
}

export function teamHandlers(deps: TeamHandlerDeps): Pick<Handlers, Extract<keyof Handlers, `teams.${string}`>> {
  const { state, workspaces, copies } = deps
  const listed = () => state.read().workspace?.teams.map(({ url }) => url) ?? []
  /** Only what the settings name: the window cannot have anything else fetched or removed. */
  const refuseStranger = (url: string) => {
    if (listed().includes(url)) return
    throw new Refusal({ message: 'Cannot do that: the settings name no such repository', solution: 'Add it first.' })
  }
  return {
    'teams.add': async ({ url }) => {
      const read = readTeamAddress(url)
      if (!read.ok) {
        throw new Refusal({
          message: `Cannot add that repository: ${read.fault}`,
          solution: 'Write it as you would for git clone, with #branch behind it where it is not the main one.',
        })
      }
      const address = read.branch === undefined ? read.address : `${read.address}#${read.branch}`
      if (listed().includes(address)) throw new Refusal({ message: 'Cannot add that repository: it is there already' })
      await workspaces.change(({ path }) => changeSettings(path, (text) => addAddress(text, address)))
      await copies.fetch(address)
    },
    'teams.fetch': ({ url }) => {
      refuseStranger(url)
      return copies.fetch(url)
    },
    'teams.remove': async ({ url }) => {
      refuseStranger(url)
      await workspaces.change(({ path }) =>
        changeSettings(path, (text) => (text === undefined ? undefined : removeAddress(text, url))),
      )
      await copies.remove(url)
    },
  }
}
