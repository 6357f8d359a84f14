import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { overlayWords } from './tools/overlay-words.mjs'

// One bundle for both hosts, with two pages, the window and the mini window: the app window loads it from the app itself, a browser from the headless
// companion. `safari16` is WebKitGTK 2.40, the oldest web view that Hearth is made for.
export default defineConfig(({ mode }) => ({
  plugins: [overlayWords(), svelte()],
  clearScreen: false,
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  build: { target: 'safari16', outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 800, rollupOptions: { input: ['index.html', 'mini.html'] } },
  // Component tests mount real components, so they need Svelte's browser build.
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], restoreMocks: true, testTimeout: 60_000, alias: [{ find: /^uplot$/, replacement: fileURLToPath(new URL('src/testing/uplot.ts', import.meta.url)) }], css: { include: [/tokens\.css/] } },
}))
