import { z } from 'zod'

/** Screens that there is one of. */
export const viewIds = ['overview', 'catalogue', 'connections', 'connection', 'events', 'changes'] as const
export type ViewId = (typeof viewIds)[number]

/** Kinds of schemas that can be written; each has an editor of its own. */
export const schemaKinds = ['public', 'consumer'] as const
export type SchemaKind = (typeof schemaKinds)[number]

/** What a tab shows: a screen, or the draft of a schema, `consumer:<id of the draft>`. */
export type TabId = ViewId | DraftTab
export type DraftTab = `${SchemaKind}:${string}`

const draftTab = z.custom<DraftTab>((value) => typeof value === 'string' && /^(public|consumer):.{1,100}$/.test(value))
export const tabId = z.union([z.enum(viewIds), draftTab])

/** Which screen draws a tab. Every draft of a kind has the same. */
export type ScreenId = ViewId | SchemaKind

export function tabOfDraft({ kind, id }: { readonly kind: SchemaKind; readonly id: string }): DraftTab {
  return `${kind}:${id}`
}

export function screenOf(tab: TabId): ScreenId {
  return isDraftTab(tab) ? kindOf(tab) : tab
}

/** The id of the draft that a tab shows, if it shows one. */
export function draftIn(tab: TabId): string | undefined {
  return isDraftTab(tab) ? tab.slice(tab.indexOf(':') + 1) : undefined
}

export function isDraftTab(tab: TabId): tab is DraftTab {
  return tab.includes(':')
}

function kindOf(tab: DraftTab): SchemaKind {
  return tab.startsWith('public:') ? 'public' : 'consumer'
}
