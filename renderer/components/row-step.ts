/** Where one stands in a list of rows, and how many fit the screen. */
export interface RowPlace {
  /** -1: nowhere. */
  readonly at: number
  readonly rows: number
  readonly page: number
}

/** The row that a key leads to, by its place, within the list; `undefined`: the key moves nobody. */
export function rowStep(key: string, { at, rows, page }: RowPlace): number | undefined {
  const target = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: rows - 1,
  }[key]
  return target === undefined ? undefined : Math.max(0, Math.min(rows - 1, target))
}
