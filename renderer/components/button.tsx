import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, Ref } from 'react'
import { useProgram } from '../stores/program.ts'
import { Tooltip } from './tooltip.tsx'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon?: LucideIcon
  readonly kind?: 'plain' | 'primary' | 'quiet'
  readonly small?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

/** 28 high, 24 when small; one primary in a view. */
export function Button({ icon: Icon, kind = 'plain', small = false, className = '', children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button button-${kind} ${small ? 'button-small' : ''} ${className}`} {...rest}>
      {Icon !== undefined && <Icon size={14} aria-hidden />}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  readonly icon: LucideIcon
  readonly label: string
  readonly keys?: string | undefined
  readonly size?: 14 | 16 | 20
  readonly ref?: Ref<HTMLButtonElement>
}

export function IconButton({ icon: Icon, label, keys, size = 16, className = '', ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button type="button" className={`icon-button ${className}`} aria-label={label} {...rest}>
        <Icon size={size} strokeWidth={1.6} aria-hidden />
      </button>
    </Tooltip>
  )
}

/** A button that runs a command, with the command's keys in its tooltip; disabled when the command is not possible. */
export function CommandIcon({
  id,
  icon,
  label,
  size,
}: {
  id: string
  icon: LucideIcon
  label?: string
  size?: 14 | 16 | 20
}) {
  const { commands } = useProgram()
  const command = commands.find(id)
  return (
    <IconButton
      icon={icon}
      label={label ?? command?.title ?? id}
      keys={command?.keys}
      {...(size === undefined ? {} : { size })}
      onClick={() => commands.run(id)}
    />
  )
}
