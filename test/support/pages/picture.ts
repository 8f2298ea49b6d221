import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startBrowser, type Browser } from './browser.ts'

/** Pictures of pages are left here where it is set. */
const directory = process.env.SCREENSHOTS

export async function picture(page: Page, name: string): Promise<void> {
  if (directory === undefined) return
  mkdirSync(directory, { recursive: true })
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true })
}

/** As {@link inAllLooks}, where pictures are asked for. */
export async function pictureInAll(name: string, open: (browser: Browser) => Promise<Page>): Promise<void> {
  if (directory !== undefined) await inAllLooks(name, open)
}

/** Opens a page on a large screen and on a phone in both themes, and pictures each. */
export async function inAllLooks(name: string, open: (browser: Browser) => Promise<Page>): Promise<void> {
  for (const width of [1440, 390])
    for (const theme of ['light', 'dark'] as const) {
      const browser = await startBrowser({ width, height: 900 }, theme)
      await picture(await open(browser), `${name}-${width}-${theme}`)
      await browser.close()
    }
}
