import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement } from 'react'
import { describeKeys } from '../commands/keys.ts'
import { useProgram } from '../stores/program.ts'

/** Says what a thing is, and its keys, when the pointer rests on it or it is focused. */
export function Tooltip({ text, keys, children }: { text: string; keys?: string | undefined; children: ReactElement }) {
  const { platform } = useProgram()
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="tooltip" sideOffset={6} collisionPadding={8}>
          {text}
          {keys !== undefined && <kbd>{describeKeys(keys, platform)}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Around everything that has tooltips. */
export const TooltipProvider = Radix.Provider
