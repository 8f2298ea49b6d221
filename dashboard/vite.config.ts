import { svelte } from '@sveltejs/vite-plugin-svelte'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'

const service = process.env.DRIFTGAUGE_URL ?? 'http://127.0.0.1:8080'

/** The palette's components lay items out by an inline style, which the content security policy does not allow. */
const stylesAsClasses: Plugin = {
  name: 'styles-as-classes',
  enforce: 'pre',
  transform: (code, id) =>
    /[\\/]bits-ui[\\/].*\.svelte$/.test(id)
      ? { code: code.replaceAll('style="display: contents;"', 'class="contents"'), map: null }
      : undefined,
}

type Shape = [tag: string, attributes: Record<string, string>]

/**
 * An icon of the library builds its shapes when it is shown, which took a tenth of the JavaScript of a page with a few
 * dozen. As markup they are copied.
 */
const iconsAsMarkup: Plugin = {
  name: 'icons-as-markup',
  enforce: 'pre',
  transform(code, id) {
    if (!/[\\/]@lucide[\\/]svelte[\\/].*[\\/]icons[\\/][^\\/]+\.svelte$/.test(id)) return undefined
    const [, found] = /^const iconData = (\{.*\});$/m.exec(code) ?? []
    if (found === undefined)
      throw new Error(`${id} is no icon as @lucide/svelte had them when this was written`)
    const { node } = JSON.parse(found) as { node: Shape[] }
    const shapes = node.map(([tag, attributes]) => {
      const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`)
      return `<${tag}${given.join('')} />`
    })
    return {
      code: `<script>let { size = 24, strokeWidth = 2, class: classes, 'aria-hidden': hidden = true } = $props()</script>
<svg xmlns="http://www.w3.org/2000/svg" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
  stroke-width={strokeWidth} stroke-linecap="round" stroke-linejoin="round" class={classes} aria-hidden={hidden}
>${shapes.join('')}</svg>`,
      map: null,
    }
  },
}

/** `npm run dashboard` serves the pages alone, over the API of a service that runs. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [stylesAsClasses, iconsAsMarkup, tailwindcss(), svelte()],
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    // Inlined files would be data: addresses, which the content security policy does not allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    // To the service, the pages are its own, which may change things.
    proxy: { '/api': { target: service, changeOrigin: true, headers: { origin: new URL(service).origin } } },
  },
})
