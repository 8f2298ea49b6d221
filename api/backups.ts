/** The backup that this process makes: one at a time. */
export interface Backups {
  readonly isRunning: boolean
  /** Notes that one is made, until the function that it returns is called. */
  begin(this: void): () => void
  /** Resolves when none is made, and so none uses the store. One ends soon after its request was cut. */
  ended(this: void): Promise<void>
}

export function createBackups(): Backups {
  let running: Promise<void> | undefined
  return {
    get isRunning() {
      return running !== undefined
    },
    begin() {
      let end = () => {}
      running = new Promise((resolve) => {
        end = () => {
          running = undefined
          resolve()
        }
      })
      return end
    },
    ended: async () => running,
  }
}
