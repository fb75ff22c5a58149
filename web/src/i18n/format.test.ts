import { describe, expect, it } from "vitest";
import { makeFormat } from "./format";

describe("formats", () => {
  const hebrew = makeFormat("he", "Asia/Jerusalem");
  const english = makeFormat("en", "America/New_York");
  const noon = "2026-11-22T12:00:00Z";

  it("shows times in the workspace's zone, not the browser's", () => {
    expect(hebrew.time(noon)).toContain("14:00");
    expect(english.time(noon)).toContain("07:00");
  });

  it("says how long ago in the reader's language", () => {
    const now = Date.parse(noon);
    expect(english.ago("2026-11-22T11:57:00Z", now)).toBe("3 minutes ago");
    expect(hebrew.ago("2026-11-24T12:30:00Z", now)).toBe("מחרתיים");
  });

  it("groups digits and writes shares", () => {
    expect(english.number(1234567)).toBe("1,234,567");
    expect(english.percent(0.1234)).toBe("12.3%");
  });

  it("shows the moments of a sentence in the workspace's zone", () => {
    expect(hebrew.sentence("המתנה עד 2026-11-22 12:00Z.")).toBe("המתנה עד 22 בנוב׳ 2026, 14:00.");
  });
});
