import 'react'

/** Our own custom properties may be set in a style attribute. */
declare module 'react' {
  interface CSSProperties {
    [name: `--${string}`]: string
  }
}
