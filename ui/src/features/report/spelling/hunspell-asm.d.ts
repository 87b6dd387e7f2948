/* The script that carries the WebAssembly binary; the package tells no types of it. SPDX-License-Identifier: Apache-2.0 */
declare module 'hunspell-asm/dist/cjs/lib/browser/hunspell' {
  const runtime: (module: Record<string, unknown>) => unknown;
  export default runtime;
}
