const RELOADED = 'driftgauge-reloaded'
/** Where files are missing of the newest build as well, to load it again and again would not help. */
const AGAIN_AFTER_MS = 60_000

/** Loads the page again where one of its files is gone: since it was opened, the service has got a newer dashboard. */
export function reloadForNewerBuild(): void {
  addEventListener('vite:preloadError', () => {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0)
    if (Date.now() - last < AGAIN_AFTER_MS) return
    sessionStorage.setItem(RELOADED, String(Date.now()))
    location.reload()
  })
}
