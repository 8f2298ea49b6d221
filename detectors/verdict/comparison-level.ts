/** The level of significance that all columns of a comparison of two sets of rows share. */
export const COMPARISON_LEVEL = 0.01
