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

/** `npm run dashboard` serves the pages alone, over the API of a service that runs. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [stylesAsClasses, tailwindcss(), svelte()],
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
