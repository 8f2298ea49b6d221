import { navigate } from '../navigation.ts'

/** After `g` the next key has this long. */
const PREFIX_MS = 1_000
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Pages by the key that leads there after `g`. */
const PLACES = {
  o: '/',
  a: '/alerts',
  i: '/incidents',
  r: '/retrains',
  e: '/experiments',
  b: '/sources',
  d: '/dead-letters',
  s: '/settings',
  y: '/system',
} as const
const isPlace = (key: string): key is keyof typeof PLACES => Object.hasOwn(PLACES, key)

/** What the keys do, as it is listed. Those of single pages are among them. */
export const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/', '⌘K', 'Ctrl K'], 'find a model, a column or a page'],
  [['g o'], 'go to the models'],
  [['g a'], 'go to the alerts'],
  [['g i'], 'go to the incidents'],
  [['g r'], 'go to retraining'],
  [['g e'], 'go to the experiments'],
  [['g b'], 'go to the batch sources'],
  [['g d'], 'go to the dead letters'],
  [['g s'], 'go to the settings'],
  [['g y'], 'go to the system'],
  [['[', ']'], 'previous and next window, on a column’s page'],
  [['?'], 'list these keys'],
]

interface Actions {
  palette: () => void
  help: () => void
}

/** `⌘K` or `/` opens the palette, `?` the list of keys, `g` and a letter a page. Pages add keys of their own. */
export function shortcuts({ palette, help }: Actions): (event: KeyboardEvent) => void {
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
    } else if (event.key === '?') help()
    else if (follows && isPlace(event.key)) void navigate(PLACES[event.key])
  }
}

/** A handler of single keys on one page, which leaves alone what is typed into a field. */
export function pageKeys(keys: Record<string, () => void>): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
    if (Object.hasOwn(keys, event.key)) keys[event.key]()
  }
}
