const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2 Apr 2001`, in UTC, from epoch milliseconds, an ISO 8601 text or a date. */
export function formatDay(time: number | string | Date): string {
  const date = new Date(time)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** `2 Apr 2001 14:00 UTC`: how messages, pages and charts write a moment. */
export function formatInstant(time: number | string | Date): string {
  return `${formatDay(time)} ${new Date(time).toISOString().slice(11, 16)} UTC`
}
