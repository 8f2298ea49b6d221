/** A file that cannot be read; the message says why, and names the line where it can. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}
