import { navigate } from '../navigation.ts'

/** After `g` the next key has this long. */
const PREFIX_MS = 1_000
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** `⌘K` or `/` opens the palette, `g o` the overview, `g a` the alerts. Pages add keys of their own. */
export function shortcuts({ palette }: { palette: () => void }): (event: KeyboardEvent) => void {
  let prefixed = 0
  return (event) => {
    const command = event.metaKey || event.ctrlKey
    if (command && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      palette()
      return
    }
    if (command || event.altKey || isTyping(event.target)) return
    const follows = event.timeStamp - prefixed < PREFIX_MS && prefixed > 0
    prefixed = event.key === 'g' ? event.timeStamp : 0
    if (event.key === '/') {
      event.preventDefault()
      palette()
    } else if (follows && event.key === 'o') void navigate('/')
    else if (follows && event.key === 'a') void navigate('/alerts')
  }
}

/** A handler of single keys on one page, which leaves alone what is typed into a field. */
export function pageKeys(keys: Record<string, () => void>): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
    if (Object.hasOwn(keys, event.key)) keys[event.key]()
  }
}
