// Both languages are complete: the same keys, the same {{places}}, every plural form that the language has, no empty text.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const PLURAL = /_(zero|one|two|few|many|other)$/;
const mistakes = [];

const files = readdirSync("src", { recursive: true }).filter((name) => name.endsWith("texts/en.json"));
for (const english of files) check(join("src", dirname(english)));
if (mistakes.length > 0) {
  process.stderr.write(`${mistakes.join("\n")}\n`);
  process.exit(1);
}

function check(folder) {
  const texts = { en: read(folder, "en"), he: read(folder, "he") };
  const keys = [...texts.en.keys(), ...texts.he.keys()];
  for (const [language, entries] of Object.entries(texts)) {
    const missing = wantedKeys(keys, language).filter((key) => !entries.get(key)?.trim());
    mistakes.push(...missing.map((key) => `${folder}/${language}.json: ${key} is missing`));
  }
  for (const [key, text] of texts.en) {
    const hebrew = texts.he.get(key);
    if (!PLURAL.test(key) && hebrew && places(text) !== places(hebrew)) {
      mistakes.push(`${folder}: ${key} has other {{places}} in Hebrew`);
    }
  }
}

/** The keys that a language must have: of what is counted, one for each plural form of the language. */
function wantedKeys(keys, language) {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const counted = new Set(keys.filter((key) => PLURAL.test(key)).map(base));
  return [...new Set(keys.map(base))].flatMap((key) =>
    counted.has(key) ? forms.map((form) => `${key}_${form}`) : [key],
  );
}

function base(key) {
  return key.replace(PLURAL, "");
}

function places(text) {
  return [...text.matchAll(/{{\s*(\w+)/g)]
    .map(([, name]) => name)
    .sort()
    .join();
}

function read(folder, language) {
  return new Map(flat(JSON.parse(readFileSync(join(folder, `${language}.json`), "utf8"))));
}

function flat(tree, path = []) {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[[...path, key].join("."), value]] : flat(value, [...path, key]),
  );
}
