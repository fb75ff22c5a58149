interface Named {
  id: number;
  email: string | null;
  name?: string;
  traits: Record<string, unknown>;
}

/** What to call a person: her name, else her address, else her number. */
export function nameOf({ id, email, name, traits }: Named): string {
  const parts = [traits.firstName ?? traits.first_name, traits.lastName ?? traits.last_name];
  const known = name || traits.name || parts.filter(Boolean).join(" ");
  return String(known || email || `#${id}`);
}
