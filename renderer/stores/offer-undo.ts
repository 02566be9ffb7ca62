import { toast } from 'sonner'

let offered: string | number | undefined

/** Says what was done and offers to take it back, for ten seconds. One offer stands at a time: the last thing goes back first. */
export function offerUndo(sentence: string, undo: () => void): void {
  if (offered !== undefined) toast.dismiss(offered)
  offered = toast(sentence, { duration: 10_000, action: { label: 'Undo', onClick: undo } })
}
