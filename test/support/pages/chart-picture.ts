import type { Locator } from 'playwright-core'
import { expect } from 'vitest'

/** The picture of a chart, scrolled to as somebody does who wants to see it: those far below are not drawn before. */
export async function pictureOf(chart: Locator): Promise<Locator> {
  const picture = chart.locator('canvas').first()
  await expect
    .poll(
      async () => {
        // The page still grows above it while its data arrive.
        await chart.scrollIntoViewIfNeeded()
        return picture.isVisible()
      },
      { timeout: 60_000 },
    )
    .toBe(true)
  return picture
}
