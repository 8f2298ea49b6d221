import { svelte } from '@sveltejs/vite-plugin-svelte'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

/** `npm run dashboard` serves the pages alone, over the API of a service that runs. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [tailwindcss(), svelte()],
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
    proxy: { '/api': process.env.DRIFTGAUGE_URL ?? 'http://127.0.0.1:8080' },
  },
})
