import { plural } from '../format.ts'
import type { Answer } from '../queries/answer.ts'

/** What a file has of what a model declares. */
export interface PreviewLine {
  text: string
  /** Whether something cannot be compared because of it. */
  isFault: boolean
}

/** So many names are listed. */
const SHOWN = 8

/** Names, the first few of many. */
export function someOf(names: readonly string[]): string {
  const first = names.slice(0, SHOWN).join(', ')
  return names.length > SHOWN ? `${first} and ${names.length - SHOWN} more` : first
}

/** What comparing a file with the features of a model shows, from what the file suggests by itself. */
export function filePreview(
  declared: readonly string[],
  { model, outcomes, columns }: Pick<Answer<'suggestModel'>, 'model' | 'outcomes' | 'columns'>,
): PreviewLine[] {
  const present = new Set(columns)
  const missing = declared.filter((name) => !present.has(name))
  const unused = Object.keys(model.features).filter((name) => !declared.includes(name))
  const absent = (['prediction', 'score', 'label'] as const).filter((one) => !outcomes.includes(one))
  const found = declared.length - missing.length
  return [
    {
      text:
        `The file has ${found} of ${plural(declared.length, 'feature')}` +
        (missing.length === 0 ? '.' : `; it lacks ${someOf(missing)}.`),
      isFault: missing.length > 0,
    },
    ...(absent.length === 0
      ? []
      : [
          {
            text:
              `It has no column for the ${absent.join(', ')}. If it has one, choose it. ` +
              'Concept and performance cannot be checked without labels.',
            isFault: true,
          },
        ]),
    ...(unused.length === 0
      ? []
      : [{ text: `Not used, because the model does not declare them: ${someOf(unused)}.`, isFault: false }]),
  ]
}
