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

  static notWritable(directory: string, cause: NodeJS.ErrnoException): StoreError {
    return new StoreError(
      `The data directory ${directory} ${whyNotWritable(cause)}, or choose another one with DRIFTGAUGE_DATA.`,
      { cause },
    )
  }

  static notOpened(directory: string, cause: unknown): StoreError {
    return new StoreError(
      `The engine could not open the data directory ${directory}; it printed the reason above. ` +
        'If a process in another container uses the directory, stop it, or choose another directory with DRIFTGAUGE_DATA.',
      { cause },
    )
  }

  static refused(reason: string, cause: unknown): StoreError {
    return new StoreError(
      `The ClickHouse server refuses the connection (${reason}). ` +
        'Check user, password and database in CLICKHOUSE_URL, written as http://user:password@host:8123/database.',
      { cause },
    )
  }

  static noRoom(directory: string, cause: unknown): StoreError {
    return new StoreError(
      `There is no room left for temporary files in ${directory}. ` +
        'Free some space, or set TMPDIR to a directory on a larger disk.',
      { cause },
    )
  }

  static noCluster(name: string, known: readonly string[]): StoreError {
    const names = known.length === 0 ? 'none' : known.join(', ')
    return new StoreError(
      `The ClickHouse server knows no cluster "${name}", only: ${names}. ` +
        'Set CLICKHOUSE_CLUSTER to one of them, or add the cluster to "remote_servers" in the configuration of every node.',
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

function whyNotWritable({ code = '', message }: NodeJS.ErrnoException): string {
  if (isDiskFull(code)) return `is on a full disk (${code}): free some space`
  if (['EROFS', 'EACCES', 'EPERM'].includes(code))
    return `is not writable (${code}): make it and everything in it writable for the user of this process`
  return `cannot be used: ${message}. Correct that`
}

/** Whether the code of a system call's error says that there is no room on a disk, or none left for this user. */
export function isDiskFull(code: string | undefined): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** The embedded engine is not installed, or not made for this platform. */
export class EngineMissing extends StoreError {}

/** The store cannot do now what it may do later. The message is for everyone: it quotes no rows. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable'
}

/** The disk of the store has no room left. */
export class StoreFull extends StoreUnavailable {
  override readonly name = 'StoreFull'
  /** Whether it is a disk of this machine. */
  readonly own: boolean

  constructor(own: boolean, options?: ErrorOptions) {
    super(
      own
        ? 'The disk of the data directory is full. Free some space; the service then continues by itself.'
        : 'The disk of the ClickHouse server is full. Free some space there; the service then continues by itself.',
      options,
    )
    this.own = own
  }
}

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
