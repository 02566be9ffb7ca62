/** The program's mark: a row leaves one database and arrives in another. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" aria-hidden="true">
      <path
        d="M8 2.5H5A2.5 2.5 0 0 0 2.5 5v10A2.5 2.5 0 0 0 5 17.5h3"
        stroke="var(--text-1)"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
      <path d="M11 2.5v15" stroke="var(--text-1)" strokeWidth="1.8" strokeLinecap="round" />
      <path
        d="M6 10h11.5M14.5 6.8 17.7 10l-3.2 3.2"
        stroke="var(--accent)"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
