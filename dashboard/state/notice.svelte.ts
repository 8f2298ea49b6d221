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
