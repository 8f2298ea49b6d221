/** How far below the screen something is already loaded, so that it is there when somebody scrolls to it. */
const MARGIN = '600px'

/** Tells once that an element is on the screen or close to it. */
export const nearView =
  (tell: () => void) =>
  (element: Element): (() => void) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        observer.disconnect()
        tell()
      },
      { rootMargin: MARGIN },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }
