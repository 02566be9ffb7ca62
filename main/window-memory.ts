import { z } from 'zod'

/** What the program remembers of its window. */
export const windowMemory = z.object({
  bounds: z
    .object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() })
    .optional(),
  maximized: z.boolean(),
  /** It has been said that a sync goes on without a window. */
  trayExplained: z.boolean(),
})
export type WindowMemory = z.infer<typeof windowMemory>

export const noMemory: WindowMemory = { maximized: false, trayExplained: false }

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const minimumSize = { width: 960, height: 600 } as const
const firstSize = { width: 1440, height: 900 } as const

/**
 * Where the window opens: where it was, if enough of it is on a screen that is still there to be taken hold of; else in
 * the middle of the first screen. Never larger than the screen.
 */
export function placeWindow(remembered: Rectangle | undefined, screens: readonly Rectangle[]): Rectangle {
  const [first] = screens
  if (first === undefined) return { x: 0, y: 0, ...firstSize }
  const home = remembered === undefined ? undefined : screens.find((screen) => reaches(remembered, screen))
  const screen = home ?? first
  const wanted = remembered ?? firstSize
  const width = Math.min(Math.max(wanted.width, minimumSize.width), Math.max(screen.width, minimumSize.width))
  const height = Math.min(Math.max(wanted.height, minimumSize.height), Math.max(screen.height, minimumSize.height))
  if (home !== undefined && remembered !== undefined) return { x: remembered.x, y: remembered.y, width, height }
  return {
    x: Math.max(screen.x, Math.round(screen.x + (screen.width - width) / 2)),
    y: Math.max(screen.y, Math.round(screen.y + (screen.height - height) / 2)),
    width,
    height,
  }
}

/** Whether at least 100 × 40 px of the title bar are on the screen. */
function reaches(window: Rectangle, screen: Rectangle): boolean {
  const width = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x)
  const below = window.y >= screen.y && window.y + 40 <= screen.y + screen.height
  return width >= 100 && below
}
