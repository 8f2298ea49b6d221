import { DAY_MS } from '../../domain/time.ts'
import type { AnnotationKind } from '../../domain/annotation.ts'
import type { Answer } from '../queries/answer.ts'

type Annotation = Answer<'listAnnotations'>['annotations'][number]

/** The fields of the dialog; times as `datetime-local` has them, in UTC. */
export interface AnnotationForm {
  kind: AnnotationKind
  text: string
  from: string
  lasts: boolean
  to: string
  everyModel: boolean
  link: string
}

const local = (instant: string | number) => new Date(instant).toISOString().slice(0, 16)

/** What the dialog begins with: an annotation, or a time. */
export function formOf(annotation: Annotation | undefined, now: number): AnnotationForm {
  if (annotation === undefined)
    return {
      kind: 'deployment',
      text: '',
      from: local(now),
      lasts: false,
      to: local(now + DAY_MS),
      everyModel: false,
      link: '',
    }
  const { kind, text, from, to, model, link } = annotation
  return {
    kind,
    text,
    from: local(from),
    lasts: to !== null,
    to: local(to ?? Date.parse(from) + DAY_MS),
    everyModel: model === null,
    link: link ?? '',
  }
}

/** What the fields say; null where there is nothing. */
export function readForm(form: AnnotationForm, model: string) {
  return {
    kind: form.kind,
    text: form.text.trim(),
    from: instant(form.from),
    to: form.lasts ? instant(form.to) : null,
    model: form.everyModel ? null : model,
    link: form.link.trim() === '' ? null : form.link.trim(),
  }
}

/** A field that is empty or half filled in goes as it is: the service says what is wrong with it. */
function instant(text: string): string {
  const time = Date.parse(`${text}Z`)
  return Number.isNaN(time) ? text : new Date(time).toISOString()
}
