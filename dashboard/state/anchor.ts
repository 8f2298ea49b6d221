/** What was found is moved by panels that load above it, but not for longer. */
const SETTLING_MS = 5000
const INPUTS = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

/**
 * Brings the element that a fragment such as `#window` names into view as soon as the page has it, and keeps it there
 * while the page above it still grows, until somebody scrolls or types. Returns what ends it.
 */
export function followFragment(fragment: string): () => void {
  const name = fragment.slice(1)
  const growth = new ResizeObserver(show)
  const arrival = new MutationObserver(find)
  let timer: ReturnType<typeof setTimeout> | undefined

  function show() {
    document.getElementById(name)?.scrollIntoView({ block: 'start' })
  }
  function find() {
    if (document.getElementById(name) === null) return
    arrival.disconnect()
    // Observing shows it for the first time.
    growth.observe(document.body)
    timer = setTimeout(stop, SETTLING_MS)
  }
  function stop() {
    arrival.disconnect()
    growth.disconnect()
    clearTimeout(timer)
    for (const input of INPUTS) removeEventListener(input, stop)
  }

  if (name === '') return stop
  for (const input of INPUTS) addEventListener(input, stop, { passive: true })
  arrival.observe(document.body, { childList: true, subtree: true })
  find()
  return stop
}
