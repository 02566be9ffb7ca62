import type { MouseEvent } from 'react'

/**
 * For what stands in a list that moves by itself: runs at the press. By the release something else may lie under the
 * pointer, and then the browser clicks neither. Keys and assistive technology send a click without a press.
 */
export function onPress(run: () => void) {
  return {
    onMouseDown: (event: MouseEvent) => {
      if (event.button === 0) run()
    },
    onClick: (event: MouseEvent) => {
      if (event.detail === 0) run()
    },
  }
}
