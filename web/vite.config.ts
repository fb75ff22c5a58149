import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const KESHER = "http://127.0.0.1:8000";

/** Writes a .br and a .gz beside every file of text: Kesher serves them as they lie. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle: {
      order: "post",
      sequential: true,
      handler({ dir = "" }, bundle) {
        for (const name of Object.keys(bundle).filter((each) => /\.(js|css|svg|json)$/.test(each))) {
          const bytes = readFileSync(join(dir, name));
          writeFileSync(join(dir, `${name}.br`), brotliCompressSync(bytes));
          writeFileSync(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
        }
      },
    },
  };
}

export default defineConfig({
  base: "/app/",
  plugins: [react(), compressed()],
  resolve: { alias: { "~": fileURLToPath(new URL("src", import.meta.url)) } },
  // The server puts a fresh nonce in place of this word with every page (web/views/app.py).
  html: { cspNonce: "NONCE-OF-THIS-PAGE" },
  build: {
    outDir: "../src/kesher/web/app",
    emptyOutDir: true,
    target: "es2023",
    sourcemap: false,
    assetsInlineLimit: 0,
  },
  test: { environment: "jsdom" },
  server: { proxy: { "/api": KESHER, "/mailbox": KESHER, "/static": KESHER } },
});
