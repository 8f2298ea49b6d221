/** Windows that one backtest evaluates at most. */
export const MAX_BACKTEST_WINDOWS = 2000
