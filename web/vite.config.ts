import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './', // the built files work from any folder of any server
  plugins: [svelte()],
  worker: { format: 'es' },
  server: { fs: { allow: ['..'] } }, // the examples and the package lie beside this workspace
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
