import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { overlayWords } from './tools/overlay-words.mjs'

// The overlay for streams is a page of its own, not a part of the window: its server hands out nothing else.
// Addresses are relative, because it lies under a key. `chrome103` is the oldest browser that OBS still has in it.
export default defineConfig({
  plugins: [overlayWords(), svelte()],
  base: './',
  clearScreen: false,
  build: {
    target: ['chrome103', 'safari16'],
    outDir: 'dist-overlay',
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: { input: 'overlay.html' },
  },
})
