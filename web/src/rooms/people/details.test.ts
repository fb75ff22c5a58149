import { expect, test } from "vitest";
import { detailOf, written } from "./details";

test("an event is told by its telling property, names before addresses", () => {
  expect(detailOf({ url: "/shop", name: "כד חרס" })).toBe("כד חרס");
  expect(detailOf({ url: "/shop" })).toBe("/shop");
});

test("an order is told by its first three products", () => {
  const products = ["a", "b", "c", "d"].map((name) => ({ name }));
  expect(detailOf({ total: 12, products })).toBe("a, b, c");
});

test("an event without a telling property has no detail", () => {
  expect(detailOf({ total: 12 })).toBeUndefined();
  expect(detailOf({ products: [3, null] })).toBeUndefined();
});

test("values are written in one line", () => {
  expect(written({ a: [1] })).toBe('{"a":[1]}');
  expect(written(null)).toBe("null");
  expect(written("שלום")).toBe("שלום");
});
