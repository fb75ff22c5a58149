// Left and right do not exist here, only start and end: then right-to-left is free.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const CSS =
  /(?:^|[\s;{])((?:margin|padding|border)-(?:left|right)[\w-]*|(?:left|right)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius)/;
const TSX =
  /\b((?:margin|padding|border)(?:Left|Right)\w*|(?:left|right):\s|textAlign: "(?:left|right)"|(?:ml|mr|pl|pr)=|ta="(?:left|right)"|(?:left|right)=\{)/;

// A canvas has one geometry for both directions: these files compute coordinates.
const GEOMETRY = /\/geometry\//;

const mistakes = readdirSync("src", { recursive: true })
  .filter((name) => /\.(css|tsx?)$/.test(name) && !name.endsWith(".d.ts") && !GEOMETRY.test(name))
  .flatMap((name) => {
    const rule = name.endsWith(".css") ? CSS : TSX;
    return readFileSync(join("src", name), "utf8")
      .split("\n")
      .flatMap((line, at) => {
        const found = rule.exec(line);
        return found && !line.trim().startsWith("//")
          ? [`src/${name}:${at + 1}: ${found[1].trim()}: use the logical property`]
          : [];
      });
  });
if (mistakes.length > 0) {
  process.stderr.write(`${mistakes.join("\n")}\n`);
  process.exit(1);
}
