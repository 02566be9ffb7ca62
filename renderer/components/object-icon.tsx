import { Database, FileBraces, FolderGit2, HardDrive, LogIn, type LucideIcon } from 'lucide-react'

export type ObjectKind = 'connection' | 'schema' | 'consumer' | 'store' | 'manifest'

export const objectIcons: Readonly<Record<ObjectKind, LucideIcon>> = {
  connection: Database,
  schema: FileBraces,
  consumer: LogIn,
  store: HardDrive,
  manifest: FolderGit2,
}

export const kindNames: Readonly<Record<ObjectKind, string>> = {
  connection: 'Connection',
  schema: 'Public schema',
  consumer: 'Consumer schema',
  store: 'Event store',
  manifest: 'Manifest',
}

export function ObjectIcon({ kind, size = 14 }: { kind: ObjectKind; size?: number }) {
  const Icon = objectIcons[kind]
  return <Icon size={size} strokeWidth={1.6} className={`object-icon object-${kind}`} aria-hidden />
}

/** The icon on its soft square: 18 in the graph, 24 in a header. */
export function ObjectChip({ kind, size }: { kind: ObjectKind; size: 18 | 24 }) {
  return (
    <span className={`object-chip object-chip-${kind}`} style={{ width: size, height: size }}>
      <ObjectIcon kind={kind} size={size === 18 ? 12 : 14} />
    </span>
  )
}
