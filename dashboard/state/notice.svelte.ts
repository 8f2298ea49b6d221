/** Long enough to be read. */
const FLASH_MS = 6_000

/** What was just done, said at the top of whatever page comes next, with a way to undo it where there is one. */
class Notice {
  text = $state('')
  undo = $state.raw<(() => Promise<unknown>) | undefined>()
  private isNew = false

  show(text: string, undo?: () => Promise<unknown>): void {
    this.text = text
    this.undo = undo
    this.isNew = true
  }

  /** Something small was done, which nobody has to dismiss, or to hear of on another page. */
  flash(text: string): void {
    this.show(text)
    this.isNew = false
    setTimeout(() => this.text === text && this.clear(), FLASH_MS)
  }

  /** Another page is shown: the first one after it still says it. */
  visit(): void {
    if (this.isNew) this.isNew = false
    else this.clear()
  }

  clear(): void {
    this.text = ''
    this.undo = undefined
    this.isNew = false
  }
}

export const notice = new Notice()
