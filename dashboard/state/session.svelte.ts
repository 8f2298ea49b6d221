const STORED = 'driftgauge-key'

/** The key that the API is asked with, for as long as the tab is open, and whether it wants one. */
class Session {
  key = $state(sessionStorage.getItem(STORED) ?? '')
  /** Set when an answer said that a key is needed, or that this one is wrong. */
  refused = $state(false)

  use(key: string): void {
    this.key = key
    this.refused = false
    sessionStorage.setItem(STORED, key)
  }
}

export const session = new Session()
