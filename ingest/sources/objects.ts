/** An object of a bucket, or a file of a folder, as it stands now. */
export interface StoredObject {
  /** Below the root of its store, with `/` between its parts. */
  key: string
  /** Another one for other content. */
  etag: string
  /** Bytes. */
  size: number
  /** When it was last changed; milliseconds since 1970. */
  modifiedAt: number
}

/** A bucket below a prefix, or a folder. All of it throws `LocationError` where the store cannot be read. */
export interface ObjectStore {
  /** Objects whose key begins with `prefix`, in any order. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<StoredObject>
  /** Writes the content of an object to `target`, unless it is no longer the one that was listed. */
  fetch(object: StoredObject, target: string, signal: AbortSignal): Promise<'fetched' | 'changed'>
  /** The content of a small object; undefined where there is none of this key. */
  read(key: string, signal: AbortSignal): Promise<Buffer | undefined>
  close(): Promise<void>
}
