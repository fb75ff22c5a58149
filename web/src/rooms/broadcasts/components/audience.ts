/** To whom a broadcast goes: everybody in a segment, or everybody on a list. */
export interface Audience {
  segment: string | null;
  list: string | null;
}

/** An audience as a choice among segments and lists: `segment:vip`; null for none. */
export function choiceOf({ segment, list }: Audience): string | null {
  if (segment !== null) return `segment:${segment}`;
  return list === null ? null : `list:${list}`;
}

/** The audience of a choice. */
export function audienceOf(choice: string | null): Audience {
  const [, kind, key = null] = /^(segment|list):(.+)$/.exec(choice ?? "") ?? [];
  return { segment: kind === "segment" ? key : null, list: kind === "list" ? key : null };
}
