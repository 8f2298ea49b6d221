export interface ColumnRule {
  /** The level of each test. */
  alpha: number
  /**
   * Fewer rows than this on either side give no finding but those about declared constraints; fewer that are compared with
   * reference features give none about skew.
   */
  minRows: number
}
