/** A key from a name: its Latin letters and digits, else `plain`; with a number when it is taken. */
export function keyFrom(name: string, plain: string, taken: readonly string[]): string {
  const wanted =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^[^a-z]+|_+$/g, "")
      .slice(0, 50) || plain;
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted}_${number}`)) number += 1;
  return `${wanted}_${number}`;
}
