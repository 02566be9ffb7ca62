/** The rows to come, as bars: after 300 ms, without shimmer. */
export function Skeleton() {
  return (
    <div className="events-rows" role="status" aria-label="Reading events">
      {Array.from({ length: 18 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={index} className="event-row event-skeleton" style={{ transform: `translateY(${index * 26}px)` }}>
          <span className="e-time">
            <span className="skeleton" />
          </span>
          <span className="e-op">
            <span className="skeleton" />
          </span>
          <span className="e-schema">
            <span className="skeleton" style={{ width: `${50 + ((index * 37) % 45)}%` }} />
          </span>
          <span className="e-key">
            <span className="skeleton" style={{ width: `${40 + ((index * 53) % 50)}%` }} />
          </span>
          <span className="e-changed">
            <span className="skeleton" style={{ width: `${40 + ((index * 29) % 50)}%` }} />
          </span>
          <span className="e-consumers">
            <span className="skeleton" style={{ width: `${45 + ((index * 41) % 35)}%` }} />
          </span>
          <span className="e-size">
            <span className="skeleton" />
          </span>
          <span className="e-position">
            <span className="skeleton" />
          </span>
        </div>
      ))}
    </div>
  )
}
