import { formatInstant } from '../format.ts'

/** What a table or a picture is of, so that it is understood away from its page. */
export interface Subject {
  /** Of the chart or the table. */
  title: string
  /** Absent on pages that are of no model. */
  model?: string | undefined
  /** What narrows it within the model: `origin`, `version 3`, `monitor daily`. */
  parts: readonly string[]
  /** ISO 8601; what is absent is not known. */
  from?: string | undefined
  to?: string | undefined
}

/** `flights, origin, monitor daily, 1 Apr 2001 00:00 UTC to 8 Apr 2001 00:00 UTC` */
export function subjectWords({ model, parts, from, to }: Subject): string {
  const period = [from && formatInstant(from), to && formatInstant(to)].filter(Boolean).join(' to ')
  return [model, ...parts, period].filter(Boolean).join(', ')
}
