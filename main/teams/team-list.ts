import { z } from 'zod'
import { editJson } from '../../sync-core/manifest/print/edit-json.ts'
import { printManifest } from '../../sync-core/manifest/print/format-manifest.ts'
import { type Json, listOf, objectOf } from '../../sync-core/manifest/print/json-value.ts'

const withTeams = z.object({ repositories: z.array(z.object({ url: z.string(), branch: z.string().optional() })) })

/** Addresses of other teams' repositories, `url` or `url#branch`, that the settings beside a manifest name; none of what cannot be read. Pure. */
export function listedAddresses(settings: string | undefined): readonly string[] {
  try {
    const read = withTeams.safeParse(settings === undefined ? {} : JSON.parse(settings))
    return read.success ? [...new Set(read.data.repositories.map(addressOf))] : []
  } catch {
    // What is wrong with the file is told where it is read as settings.
    return []
  }
}

/** The same settings with that repository. `settings` must be JSON, if there is any. Pure. */
export function addAddress(settings: string | undefined, address: string): string {
  const [url = '', ...branch] = address.split('#')
  const entry = branch.length === 0 ? { url } : { url, branch: branch.join('#') }
  return changed(settings, (entries) => [...entries, entry])
}

/** The same settings without it. Pure. */
export function removeAddress(settings: string, address: string): string {
  return changed(settings, (entries) =>
    entries.filter((entry) => {
      const { url, branch } = objectOf(entry)
      return typeof url !== 'string' || addressOf({ url, branch: String(branch ?? '') }) !== address
    }),
  )
}

/** What it is known by. */
function addressOf({ url, branch = '' }: { readonly url: string; readonly branch?: string | undefined }): string {
  return branch === '' ? url : `${url}#${branch}`
}

function changed(settings: string | undefined, change: (entries: readonly Json[]) => readonly Json[]): string {
  const root = objectOf(settings === undefined ? {} : JSON.parse(settings))
  const repositories = change(listOf(root.repositories))
  const wanted = { ...root, repositories: repositories.length === 0 ? undefined : repositories }
  return settings === undefined ? printManifest(wanted) : editJson(settings, wanted)
}
