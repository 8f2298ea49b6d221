import { formatCount } from '../../charts/format.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** `0 B`, `1.9 MB`, `82 GB`: two digits that count. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const text = value < 9.95 && unit > 0 ? value.toFixed(1) : formatCount(Math.round(value))
  return `${text} ${UNITS[unit]}`
}

/** `12 s`, `5 min`, `3 h`, `12 days`. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${formatCount(Math.round(hours / 24))} days`
}

/** `just now`, `12 s ago`; both times are of the service. */
export function formatAgo(time: string, at: string): string {
  const passed = Date.parse(at) - Date.parse(time)
  return passed < 1500 ? 'just now' : `${formatSpan(passed)} ago`
}

/** `0.24 s`, `12 s`: how long something took. */
export function formatTook(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(milliseconds < 100 ? 3 : 2)} s`
  return formatSpan(milliseconds)
}

/** Days until a disk is full at the present growth; undefined if it does not grow or lasts for years. */
export function daysLeft(freeBytes: number, bytesADay: number): number | undefined {
  const days = freeBytes / bytesADay
  return Number.isFinite(days) && days > 0 && days < 3650 ? Math.floor(days) : undefined
}

/** Of a time: `05:46:23 UTC`. */
export const formatClock = (instant: string) => `${instant.slice(11, 19)} UTC`
