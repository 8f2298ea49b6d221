/** Enough of an id for people to tell retrainings or alerts apart. */
export const shortId = (id: string) => id.slice(0, 8)
