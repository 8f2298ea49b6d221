/** What somebody notes on the axis of time. */
export const ANNOTATION_KINDS = ['deployment', 'holiday', 'incident', 'note'] as const
export type AnnotationKind = (typeof ANNOTATION_KINDS)[number]

/** Characters of the text of an annotation. */
export const ANNOTATION_TEXT = 500
