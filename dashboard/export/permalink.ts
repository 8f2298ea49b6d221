/**
 * The address at which a page shows the same again whenever it is opened: with an absolute period, and with all that was
 * left to defaults.
 * @param search what the address has to name
 * @param anchor of the part that it opens at
 */
export function permalink(
  href: string,
  search: Readonly<Record<string, string | undefined>>,
  anchor: string,
): string {
  const url = new URL(href)
  if (search.from !== undefined || search.to !== undefined) url.searchParams.delete('range')
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== '') url.searchParams.set(name, value)
  url.hash = anchor
  // Parentheses would end a link of Markdown.
  return url.href.replaceAll('(', '%28').replaceAll(')', '%29')
}
