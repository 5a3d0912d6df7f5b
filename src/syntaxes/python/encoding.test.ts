import { expect, test } from "vitest";
import type { DecodedSource, Undecodable } from "../../syntax.ts";
import { python } from "./index.ts";

function decode(content: Uint8Array | string): DecodedSource | Undecodable {
  return python.decode(typeof content === "string" ? Buffer.from(content) : content);
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

test.each<readonly [string, Uint8Array, string, string]>([
  ["UTF-8", Buffer.from("é = '€𝄞'\n"), "utf-8", "é = '€𝄞'\n"],
  ["a byte order mark", Buffer.from("\uFEFFx\n"), "utf-8-sig", "x\n"],
  [
    "a byte order mark and its cookie",
    Buffer.from("\uFEFF# coding: utf-8\n"),
    "utf-8-sig",
    "# coding: utf-8\n",
  ],
  ["a second byte order mark, which is text", Buffer.from("\uFEFF\uFEFFx"), "utf-8-sig", "\uFEFFx"],
  ["an emacs cookie", latin1("# -*- coding: latin-1 -*-\né\n"), "latin-1", "# -*- coding: latin-1 -*-\né\n"],
  [
    "a vim cookie in line 2",
    latin1("#!/bin/python\n# vim: set fileencoding=iso-8859-15 :\n\xA4"),
    "iso-8859-15",
    "#!/bin/python\n# vim: set fileencoding=iso-8859-15 :\n€",
  ],
  ["cp1252", latin1("# coding=cp1252\n\x80\x93"), "cp1252", "# coding=cp1252\n€“"],
  ["windows-1251", latin1("# coding: windows-1251\n\xC0"), "cp1251", "# coding: windows-1251\nА"],
  [
    "all of latin-1, controls too",
    latin1("# coding: ISO_8859_1\n\x80\x9F\xFF"),
    "latin-1",
    "# coding: ISO_8859_1\n\x80\x9F\xFF",
  ],
  ["ASCII", latin1("# coding: us-ascii\nx"), "ascii", "# coding: us-ascii\nx"],
  ["utf8 by another name", Buffer.from("# coding: UTF8\né"), "utf-8", "# coding: UTF8\né"],
  ["a cookie with a suffix", Buffer.from("# coding: utf-8-unix\né"), "utf-8", "# coding: utf-8-unix\né"],
  [
    "a cookie in line 3, which does not count",
    Buffer.from("\n\n# coding: latin-1\né"),
    "utf-8",
    "\n\n# coding: latin-1\né",
  ],
  [
    "a cookie below code, which does not count",
    Buffer.from("x\n# coding: latin-1\né"),
    "utf-8",
    "x\n# coding: latin-1\né",
  ],
  ["a cookie below a lone CR", latin1("#\r# coding: latin-1\r\xE9"), "latin-1", "#\r# coding: latin-1\ré"],
  [
    "Shift JIS",
    Uint8Array.from([...Buffer.from("# coding: shift_jis\n"), 0x82, 0xa0]),
    "shift-jis",
    "# coding: shift_jis\nあ",
  ],
])("decodes %s and writes the same bytes back", (_, content, encoding, text) => {
  const source = decode(content);
  if ("problem" in source) throw new Error(source.detail);
  expect(source.text).toBe(text);
  expect(source.encoding).toBe(encoding);
  expect(Buffer.compare(source.encode(source.text), content)).toBe(0);
});

test.each<readonly [string, Uint8Array, Undecodable["problem"]]>([
  ["latin-1 without a cookie", latin1("é"), "bytes-do-not-decode"],
  ["a cut UTF-8 sequence", Buffer.from("é").subarray(0, 1), "bytes-do-not-decode"],
  ["overlong UTF-8", Uint8Array.from([0xc0, 0x80]), "bytes-do-not-decode"],
  ["a surrogate in UTF-8", Uint8Array.from([0xed, 0xa0, 0x80]), "bytes-do-not-decode"],
  ["more than ASCII", latin1("# coding: ascii\né"), "bytes-do-not-decode"],
  ["a hole of cp1252", latin1("# coding: cp1252\n\x81"), "bytes-do-not-decode"],
  ["an unknown name", latin1("# coding: uft-8\n"), "unknown-encoding"],
  ["a byte order mark and another cookie", Buffer.from("\uFEFF# coding: latin-1\n"), "unknown-encoding"],
  ["UTF-16", Buffer.from("\uFEFFx = 'é'\n", "utf16le"), "bytes-do-not-decode"],
])("refuses %s", (_, content, problem) => {
  expect(decode(content)).toMatchObject({ problem });
});

test.each([
  ["x", "\uD800"],
  ["# coding: latin-1\n", "€"],
  ["# coding: ascii\n", "é"],
  ["# coding: cp1252\n", "\u0081"],
])("a character that has no place in the encoding of %j is not written", (content, character) => {
  const source = decode(content);
  if ("problem" in source) throw new Error(source.detail);
  expect(() => source.encode(character)).toThrow(RangeError);
});
