/** The level of significance, which the columns of a report share. */
export const LEVEL = 0.01
