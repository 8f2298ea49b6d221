/** A value that can be moved on a chart, up and down its axis. */
export interface Handle {
  label: string
  value: number
  /** The largest value that it can be moved to. */
  top: number
  move: (value: number) => void
}
