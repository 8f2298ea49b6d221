import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { locally } from '../runner/by-day.ts'
import { setLook, startBrowser, type Browser } from './browser.ts'

/** Pictures of pages are left here where it is set. */
const directory = process.env.SCREENSHOTS

export async function picture(page: Page, name: string): Promise<void> {
  if (directory === undefined) return
  mkdirSync(directory, { recursive: true })
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true })
}

const BOTH: readonly ('light' | 'dark')[] = ['light', 'dark']
/** The themes that tests look at pages in. */
export const THEMES = directory === undefined ? locally(BOTH.slice(1), BOTH) : BOTH

/** As {@link inAllLooks}, where pictures are asked for. */
export async function pictureInAll(name: string, open: (browser: Browser) => Promise<Page>): Promise<void> {
  if (directory !== undefined) await inAllLooks(name, open)
}

/** Opens a page, shows it on a large screen and on a phone in both themes, and checks and pictures it in each. */
export async function inAllLooks(
  name: string,
  open: (browser: Browser) => Promise<Page>,
  check: (page: Page, look: string) => Promise<void> = async () => {},
): Promise<void> {
  const browser = await startBrowser()
  const page = await open(browser)
  for (const width of [1440, 390])
    for (const theme of THEMES) {
      await setLook(page, width, theme)
      await check(page, `${theme}, ${width}`)
      await picture(page, `${name}-${width}-${theme}`)
    }
  await browser.close()
}
