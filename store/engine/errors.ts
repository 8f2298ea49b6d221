/** A store that cannot be used as configured; the message says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError'

  static inUse(directory: string, cause: unknown): DirectoryInUse {
    return new DirectoryInUse(
      `The data directory ${directory} is in use by another process. ` +
        'Stop that process, or choose another directory with DRIFTGAUGE_DATA.',
      { cause },
    )
  }

  static noDirectory(directory: string, cause: unknown): StoreError {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new StoreError(
      `The data directory ${directory} cannot be used: ${reason}. Choose another one with DRIFTGAUGE_DATA.`,
      { cause },
    )
  }

  static noEngine(cause: unknown): EngineMissing {
    return new EngineMissing(
      `The embedded ClickHouse engine (npm package "chdb") is not available on ${process.platform}-${process.arch}. ` +
        'It exists for Linux with glibc and for macOS: install it with "npm install chdb", ' +
        'or set CLICKHOUSE_URL to the address of a ClickHouse server.',
      { cause },
    )
  }
}

/** The embedded engine is not installed, or not made for this platform. */
export class EngineMissing extends StoreError {}

/** Another process has the data directory, most likely the service. */
export class DirectoryInUse extends StoreError {}

/** A model declared in a way that the data stored for it does not allow. */
export class ModelConflict extends StoreError {
  constructor(model: string, columns: readonly string[]) {
    super(
      `Model "${model}" has stored data in which the kind of ${columns.map((name) => `"${name}"`).join(', ')} differs. ` +
        'What is stored keeps its kind: declare the feature under another name, or another model.',
    )
  }
}
