import type { Json, JsonMap } from "./types";

const PART = /([^.[\]]+)/g;

/** What lies at a path such as `branches[0].next`; undefined when nothing does. */
export function valueAt(data: JsonMap, path: string): Json | undefined {
  let found: Json | undefined = data;
  for (const part of partsOf(path)) {
    if (Array.isArray(found)) found = found[Number(part)];
    else if (isMap(found)) found = found[part];
    else return undefined;
  }
  return found;
}

/** The same with another value at a path; undefined takes it away. Whoever is not on the path stays the same object. */
export function withValue<Data extends JsonMap>(data: Data, path: string, value: Json | undefined): Data {
  return changed(data, partsOf(path), value) as Data;
}

/** The map without some of its fields. */
export function without<Map extends object, Name extends keyof Map>(
  map: Map,
  ...names: Name[]
): Omit<Map, Name> {
  const kept = Object.entries(map).filter(([name]) => !names.includes(name as Name));
  return Object.fromEntries(kept) as Omit<Map, Name>;
}

/** Whether it is a JSON object. */
export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function changed(data: Json | undefined, [part, ...rest]: string[], value: Json | undefined): Json {
  if (part === undefined) return value ?? null;
  if (Array.isArray(data)) {
    const place = Number(part);
    return data.map((item, at) => (at === place ? changed(item, rest, value) : item));
  }
  const map = isMap(data) ? data : {};
  if (rest.length === 0 && value === undefined) {
    return Object.fromEntries(Object.entries(map).filter(([name]) => name !== part));
  }
  return { ...map, [part]: changed(map[part], rest, value) };
}

function partsOf(path: string): string[] {
  return path.match(PART) ?? [];
}
