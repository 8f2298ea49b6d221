const DAY_MS = 86_400_000
/** A window that does not give a verdict is extended backwards up to this length. */
export const LONGEST_WINDOW_MS = 30 * DAY_MS

export interface Extension<Subject, Data, Outcome> {
  /** The monitor's own window, milliseconds, and where it ends. */
  window: number
  end: Date
  subjects: readonly Subject[]
  /** What is known from `start` on of the subjects that are still open. */
  read: (start: Date, open: readonly Subject[]) => Promise<Data>
  /** A window without rows is not extended: what came before says nothing on it. */
  hasRows: (data: Data) => boolean
  /** `isShort`: whether a longer window might give a verdict that this one cannot. */
  evaluate: (subject: Subject, data: Data, start: Date) => { outcome: Outcome; isShort: boolean }
}

/** Evaluates subjects over the monitor's window, and over longer ones with the same end those that lack rows. */
export async function evaluateExtending<Subject, Data, Outcome>({
  window,
  end,
  subjects,
  read,
  hasRows,
  evaluate,
}: Extension<Subject, Data, Outcome>): Promise<Outcome[]> {
  const outcomes = new Map<Subject, Outcome>()
  let open = subjects
  for (let length = window; open.length > 0; length = Math.min(length * 2, LONGEST_WINDOW_MS)) {
    const start = new Date(end.getTime() - length)
    const data = await read(start, open)
    const isLast = length >= LONGEST_WINDOW_MS || !hasRows(data)
    const evaluated = open.map((subject) => ({ subject, ...evaluate(subject, data, start) }))
    for (const { subject, outcome } of evaluated) outcomes.set(subject, outcome)
    open = isLast ? [] : evaluated.flatMap(({ subject, isShort }) => (isShort ? [subject] : []))
  }
  return subjects.map((subject) => outcomes.get(subject)!)
}
