import { expect, test } from "vitest";
import { decodeUtf8 } from "./encoding.ts";

test.each([
  ["UTF-8", Buffer.from("// é → 😀\r\nx\r\u2028"), "utf-8"],
  ["a byte order mark", Buffer.from("\uFEFFx\n"), "utf-8-bom"],
  ["a second byte order mark, which is text", Buffer.from("\uFEFF\uFEFFx\n"), "utf-8-bom"],
  ["nothing", Buffer.alloc(0), "utf-8"],
  ["a NUL", Buffer.from("a\0b"), "utf-8"],
])("decodes %s and writes the same bytes back", (_, bytes, encoding) => {
  const source = decodeUtf8(bytes);
  if ("problem" in source) throw new Error(source.detail);
  expect(source.encoding).toBe(encoding);
  expect(Buffer.compare(source.encode(source.text), bytes)).toBe(0);
});

test.each([
  ["latin-1", Buffer.from("// caf\xe9", "latin1")],
  ["a cut sequence", Buffer.from([0x61, 0xe2, 0x82])],
  ["an overlong sequence", Buffer.from([0xc0, 0xaf])],
  ["a surrogate", Buffer.from([0xed, 0xa0, 0x80])],
  ["UTF-16", Buffer.from("\uFEFFx\u00FF", "utf16le")],
])("refuses %s", (_, bytes) => {
  expect(decodeUtf8(bytes)).toMatchObject({ problem: "bytes-do-not-decode" });
});

test("half a character is not written", () => {
  const source = decodeUtf8(Buffer.from("x"));
  if ("problem" in source) throw new Error(source.detail);
  expect(() => source.encode("\uD800")).toThrow(RangeError);
});
