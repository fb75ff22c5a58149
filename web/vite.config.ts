import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
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
          // The last per cent of a large file would take half a minute.
          const quality = bytes.length > 1_000_000 ? 9 : constants.BROTLI_MAX_QUALITY;
          const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
          writeFileSync(join(dir, `${name}.br`), brotliCompressSync(bytes, { params }));
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
    // The canvas of the e-mail editor is a page of its own, under a policy of its own (docs/decisions/0013).
    rollupOptions: { input: ["index.html", "design.html"] },
    chunkSizeWarningLimit: 2400, // that canvas, which nobody loads who does not open it
  },
  test: { environment: "jsdom" },
  server: { proxy: { "/api": KESHER, "/mailbox": KESHER, "/static": KESHER } },
});
