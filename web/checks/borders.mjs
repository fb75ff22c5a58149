// Imports run downward: app → rooms → design, i18n → routing → api. A room knows another only by its index.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LAYERS = ["api", "routing", "i18n", "design", "rooms", "app"];
const mistakes = [];

for (const name of readdirSync("src", { recursive: true }).filter((each) => /\.tsx?$/.test(each))) {
  const [layer, room] = name.split("/");
  if (!LAYERS.includes(layer)) continue;
  const text = readFileSync(join("src", name), "utf8");
  for (const [, path] of text.matchAll(/(?:from|import\()\s*"~\/([^"]+)"/g)) {
    const [above, other, ...inside] = path.split("/");
    const upward = LAYERS.indexOf(above) > LAYERS.indexOf(layer);
    const intoRoom =
      above === "rooms" && other !== (layer === "rooms" ? room : undefined) && inside.length > 0;
    if (upward) mistakes.push(`src/${name}: ${layer} must not import ${path}`);
    if (intoRoom) mistakes.push(`src/${name}: import ~/rooms/${other}, not what is inside it`);
  }
}
if (mistakes.length > 0) {
  process.stderr.write(`${mistakes.join("\n")}\n`);
  process.exit(1);
}
