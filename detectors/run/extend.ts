export interface Extension<Subject, Data, Outcome> {
  /** Of the monitor's own window, and of those that it is extended to. */
  starts: readonly Date[]
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
  starts,
  subjects,
  read,
  hasRows,
  evaluate,
}: Extension<Subject, Data, Outcome>): Promise<Outcome[]> {
  const outcomes = new Map<Subject, Outcome>()
  let open = subjects
  for (const [i, start] of starts.entries()) {
    if (open.length === 0) break
    const data = await read(start, open)
    const isLast = i === starts.length - 1 || !hasRows(data)
    const evaluated = open.map((subject) => ({ subject, ...evaluate(subject, data, start) }))
    for (const { subject, outcome } of evaluated) outcomes.set(subject, outcome)
    open = isLast ? [] : evaluated.flatMap(({ subject, isShort }) => (isShort ? [subject] : []))
  }
  return subjects.map((subject) => outcomes.get(subject)!)
}
