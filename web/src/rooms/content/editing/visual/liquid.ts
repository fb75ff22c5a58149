/** Liquid, wherever it stands: what is raw or a comment of Liquid as one piece, a comment of MJML too. */
const PIECE = /{%-?\s*(comment|raw)\b[\s\S]*?{%-?\s*end\1\s*-?%}|{{[\s\S]*?}}|{%[\s\S]*?%}|<!--[\s\S]*?-->/g;
const LIQUID = /{{[\s\S]*?}}|{%[\s\S]*?%}/g;

/** The piece of Liquid, or the comment, that begins at a place of the source. */
export function pieceAt(source: string, at: number): string | undefined {
  const here = new RegExp(PIECE.source, "y");
  here.lastIndex = at;
  return here.exec(source)?.[0];
}

/** The source with spaces in place of Liquid and comments: every place stays where it was. */
export function shadowOf(source: string): string {
  return source.replaceAll(PIECE, (piece) => piece.replaceAll(/[^\n]/g, " "));
}

/** Every piece of Liquid in a text, in order. */
export function liquidIn(text: string): string[] {
  return text.match(LIQUID) ?? [];
}

/** A text with one change to its Liquid and another to everything between. */
export function mapLiquid(
  text: string,
  { inside = (piece) => piece, outside = (piece) => piece }: Partial<Record<"inside" | "outside", Change>>,
): string {
  const between = text.split(LIQUID);
  const pieces = liquidIn(text).map(inside);
  return between.map((part, at) => outside(part) + (pieces[at] ?? "")).join("");
}

type Change = (text: string) => string;

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", apos: "'" };

/** A text in which what means something to markup is written as an entity. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** What the usual entities of a text stand for; a space that does not break is one like any other. */
export function unescaped(text: string): string {
  return text
    .replaceAll(/&nbsp;|\u00a0/g, " ")
    .replaceAll(/&(amp|lt|gt|quot|apos|#39);/g, (all, name: string) => ENTITIES[name] ?? all);
}
