/** What keeps a table small where its rows have no age. */
export const BOUNDED_OTHERWISE = new Set([
  // As many rows as there are baselines and columns.
  ...['binnings', 'baseline_profiles', 'baseline_labelled_profiles'],
  // One row for each monitor.
  'newest_windows',
  // Rows that are done with are deleted from 50,000 on.
  'dirty_hours',
  // Halves of exchanges go after seven days, by a TTL.
  'halves',
  ...['migrations', 'installation'],
])
