import { expect, test } from "vitest";
import { letterOf } from "./useKeys";

test("a shortcut is known by its letter, whatever script the keyboard writes", () => {
  expect(letterOf({ key: "z", code: "KeyZ" })).toBe("z");
  expect(letterOf({ key: "Z", code: "KeyZ" })).toBe("Z");
  expect(letterOf({ key: "ז", code: "KeyZ" })).toBe("z");
  // Where a keyboard puts its letters elsewhere, what it writes counts, not where the key is.
  expect(letterOf({ key: "z", code: "KeyW" })).toBe("z");
});
