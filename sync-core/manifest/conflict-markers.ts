export const conflictMessage =
  'The file is in conflict: git left both sides of a merge here; decide which stays, on the screen Changes or in an editor'

/**
 * The 0-based offset of the first line that git put around the sides of a merge, also where somebody took out only some of
 * them; `undefined` where there is none. The line between the sides is not looked for: in SQL it may be part of a comment.
 */
export function conflictAt(text: string): number | undefined {
  return /^[<>|]{7} /m.exec(text)?.index
}
