import { touchedHours } from './hours.ts'
import { setSearch } from './search.ts'

/** Makes all charts of the page show a stretch of time; the browser's Back returns to the one before. */
export function showPeriod(period: { from: string; to: string }): void {
  setSearch({ range: undefined, ...period })
}

/** What a drag over a chart chooses. */
export const zoomTo = (from: number, to: number): void => showPeriod(touchedHours(from, to))
