/*
 * How the page is built: hashed assets, workers as own files, and the one alias that Cornerstone needs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: {
      // vtk.js's XML reader wants Node's events and url: the built page would die at start.
      xmlbuilder2: here('./tools/xmlbuilder2-stub.js'),
      // Its exports hide the two files of the dictionary, which are all we want of it.
      'dictionary-fr': here('./node_modules/dictionary-fr'),
      '@': here('./src'),
    },
  },
  worker: { format: 'es' },
  optimizeDeps: {
    exclude: ['@cornerstonejs/dicom-image-loader'],
    include: [
      'dicom-parser',
      '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs',
      '@cornerstonejs/codec-charls/decodewasmjs',
      '@cornerstonejs/codec-openjpeg/decodewasmjs',
      '@cornerstonejs/codec-openjph/wasmjs',
    ],
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 6000 },
  server: {
    proxy: {
      '/api': { target: process.env.BECLERE_URL ?? 'https://localhost:8443', secure: false, ws: true },
      '/dicom-web': { target: process.env.BECLERE_URL ?? 'https://localhost:8443', secure: false },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] },
});
