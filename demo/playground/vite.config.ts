import { join } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: join(import.meta.dirname, 'page'),
  build: { outDir: '../dist', emptyOutDir: true, reportCompressedSize: false, chunkSizeWarningLimit: 1_500 },
});
