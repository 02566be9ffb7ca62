import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement } from 'react'
import { describeKeys } from '../commands/keys.ts'
import { useProgram } from '../stores/program.ts'

interface TooltipProps {
  readonly text: string
  readonly keys?: string | undefined
  /** Above, unless that would cover what one is about to choose next. */
  readonly side?: 'top' | 'right'
  readonly children: ReactElement
}

/** Says what a thing is, and its keys, when the pointer rests on it or it is focused. */
export function Tooltip({ text, keys, side = 'top', children }: TooltipProps) {
  const { platform } = useProgram()
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="tooltip" side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {keys !== undefined && <kbd>{describeKeys(keys, platform)}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Around everything that has tooltips. */
export const TooltipProvider = Radix.Provider
