import { whenIdle } from '../../state/when-idle.ts'

type Parts = typeof import('./echarts.ts')

let parts = $state.raw<Parts>()
let failed = $state(false)
let isUsed = false

/** The library that draws charts. It loads with the first page that has any, while their data are on their way. */
export const engine = {
  get failed() {
    return failed
  },
  /**
   * An empty chart in an element; undefined until the library has loaded. Charts of one group share their cursor.
   * @param size of the element, which would have to be measured otherwise
   */
  start(element: HTMLElement, size: { width: number; height: number }, group?: string) {
    if (parts === undefined) return undefined
    isUsed = true
    const chart = parts.init(element, null, size)
    if (group !== undefined) {
      chart.group = group
      parts.connect(group)
    }
    return chart
  },
}

const pictures = import('./warm-up.ts')
// Without them the first charts take longer, and no more.
const goOn = () => {}
pictures.catch(goOn)
import('./echarts.ts').then(
  (loaded) => {
    parts = loaded
    warmUp(loaded).catch(goOn)
  },
  () => (failed = true),
)

/**
 * Most of what the first charts take is code that runs for the first time, and fonts that are measured for the first
 * time. Where the data are still on their way, pictures that nobody sees take that time instead.
 */
async function warmUp({ init }: Parts): Promise<void> {
  const { FONT, PICTURES, SIZE } = await pictures
  // A width that is measured before its font is there would be remembered.
  await document.fonts.load(FONT)
  for (const picture of PICTURES) {
    await whenIdle()
    if (isUsed) return
    const chart = init(document.createElement('div'), null, SIZE)
    chart.setOption(picture())
    chart.dispose()
  }
}
