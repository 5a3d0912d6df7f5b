import { messageOf } from "../../base/errors.ts";
import type { DecodedSource, Undecodable } from "../../syntax.ts";
import { byteTable, multiByteTable } from "./code-pages.ts";

const BOM = [0xef, 0xbb, 0xbf] as const;

/** PEP 263, as CPython matches it; the blank or comment-only first line lets the second one count. */
const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)/;
const BLANK = /^[ \t\f]*(?:#.*)?$/;

/** The encoding that a coding cookie in the first two lines names, normalised. */
export function cookieOf(text: string): string | undefined {
  const [first = "", second = ""] = text.slice(0, 4096).split(/\r\n|\r|\n/, 2);
  const found = COOKIE.exec(first) ?? (BLANK.test(first) ? COOKIE.exec(second) : null);
  return found?.[1] === undefined ? undefined : encodingName(found[1]);
}

/** Decodes a Python file as CPython does: byte order mark, coding cookie, UTF-8 otherwise; strictly. */
export function decodePython(content: Uint8Array): DecodedSource | Undecodable {
  const hasMark = BOM.every((byte, index) => content[index] === byte);
  const head = Buffer.from(content.subarray(hasMark ? 3 : 0, 4096)).toString("latin1");
  const cookie = cookieOf(head);
  if (hasMark && cookie !== undefined && cookie !== "utf-8") {
    return { problem: "unknown-encoding", detail: `UTF-8 byte order mark, but the cookie says ${cookie}` };
  }
  const encoding = hasMark ? "utf-8-sig" : (cookie ?? "utf-8");
  const codec = codecOf(encoding);
  if (codec === undefined) return { problem: "unknown-encoding", detail: `No such encoding: ${encoding}` };
  try {
    const text = codec.decode(content);
    // An encoding that cannot write the same bytes back would change lines that nobody touched.
    if (codec.verify && !sameBytes(codec.encode(text), content)) {
      return { problem: "bytes-do-not-decode", detail: `${encoding} does not give the same bytes back` };
    }
    return { text, encoding, encode: codec.encode };
  } catch (error) {
    return { problem: "bytes-do-not-decode", detail: `Not valid ${encoding}: ${messageOf(error)}` };
  }
}

interface Codec {
  /** @throws when the bytes are not of this encoding. */
  decode(content: Uint8Array): string;
  encode(text: string): Uint8Array;
  /** Decoding may lose something, so that the way back has to be tried. */
  readonly verify: boolean;
}

const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "utf-8": "utf8 u8 utf utf8-ucs2 utf8-ucs4 cp65001",
    "latin-1": "latin1 latin l1 8859 cp819 ibm819 iso8859 iso8859-1 iso-8859-1-1987 iso-ir-100 csisolatin1",
    ascii: "us-ascii 646 us ansi-x3.4-1968 iso646-us",
    "iso-8859-15": "latin9 latin-9",
  }).flatMap(([name, others]) => others.split(" ").map((other) => [other, name] as const)),
);

/** One name per encoding; Python takes many. */
function encodingName(written: string): string {
  const name = written.toLowerCase().replaceAll("_", "-");
  if (/^utf-8(?:-|$)/.test(name)) return "utf-8";
  if (/^(?:latin-1|iso-8859-1|iso-latin-1)(?:-|$)/.test(name)) return "latin-1";
  const alias = ALIASES.get(name);
  return alias ?? name.replace(/^iso8859-/, "iso-8859-").replace(/^(?:windows-|cp|ms-?)?(125\d)$/, "cp$1");
}

function codecOf(encoding: string): Codec | undefined {
  if (encoding === "utf-8") return utf8(false);
  if (encoding === "utf-8-sig") return utf8(true);
  const table = byteTable(encoding);
  if (table !== undefined) return { ...table, verify: false };
  const wide = multiByteTable(encoding);
  return wide === undefined ? undefined : { ...wide, verify: true };
}

function utf8(mark: boolean): Codec {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return {
    decode: (content) => decoder.decode(mark ? content.subarray(3) : content),
    encode(text) {
      if (!text.isWellFormed()) throw new RangeError("A lone surrogate has no place in UTF-8");
      const bytes = Buffer.from(text, "utf8");
      return mark ? Buffer.concat([Buffer.from(BOM), bytes]) : bytes;
    },
    verify: false,
  };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
