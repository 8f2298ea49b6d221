import { createContext } from 'svelte'
import { withValue, valueAt, type Declaration, type Path } from './declaration.ts'
import { problemAt, type Problem } from './problems.ts'

/** A declaration as it is being typed, with what is wrong with it. */
export class Draft {
  declaration = $state.raw<Declaration>({ name: '' })
  problems = $state.raw<readonly Problem[]>([])
  /** The last one that the service would accept. */
  accepted = $state.raw<Declaration>()
  /** Parts that were typed into; of the others, what is wrong is said once it is to be saved. */
  private touched = $state.raw<readonly string[]>([])
  isTried = $state(false)

  constructor(declaration: Declaration) {
    this.declaration = declaration
  }

  at(path: Path): unknown {
    return valueAt(this.declaration, path)
  }

  set(path: Path, value: unknown): void {
    this.become(withValue(this.declaration, path, value), path)
  }

  /** Changes more than one part by what somebody chose at the path. */
  become(declaration: Declaration, path: Path): void {
    this.declaration = declaration
    this.touched = [...this.touched.filter((one) => one !== path.join('.')), path.join('.')]
  }

  /** Whether it is known that the service would accept it as it is. */
  get isAccepted(): boolean {
    return this.accepted === this.declaration
  }

  get isTouched(): boolean {
    return this.touched.length > 0
  }

  /** What is wrong with a part, to be shown beside it. */
  problemAt(path: Path): string | undefined {
    return this.isShown(path.join('.')) ? problemAt(this.problems, path) : undefined
  }

  /** What is wrong with a part as a whole, rather than with what lies below it. */
  problemOfWhole(path: Path): string | undefined {
    return this.shownProblems.find((one) => one.path === path.join('.'))?.message
  }

  /** What is to be listed. */
  get shownProblems(): readonly Problem[] {
    return this.problems.filter(({ path }) => this.isShown(path))
  }

  private isShown(path: string): boolean {
    return this.isTried || this.touched.some((one) => one === path || path.startsWith(`${one}.`))
  }
}

/** The draft that the fields of a form belong to. */
export const [draftOfForm, setDraftOfForm] = createContext<Draft>()
