/** What follows is moved by panels that load above it, but not for longer. */
const SETTLING_MS = 5000
const INPUTS = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

/**
 * Brings an element into view if the address names it, and keeps it there while the page above it still grows, until
 * somebody scrolls or types.
 */
export const broughtIntoView =
  (name: string) =>
  (element: Element): (() => void) | undefined => {
    if (location.hash !== `#${name}`) return undefined
    const show = () => element.scrollIntoView({ block: 'start' })
    const observer = new ResizeObserver(show)
    observer.observe(document.body)
    const stop = () => {
      observer.disconnect()
      clearTimeout(timer)
      for (const input of INPUTS) removeEventListener(input, stop)
    }
    const timer = setTimeout(stop, SETTLING_MS)
    for (const input of INPUTS) addEventListener(input, stop, { passive: true })
    return stop
  }
