import { messageOf } from "../../base/errors.ts";
import type { DecodedSource, Undecodable } from "../../syntax.ts";

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a source file as the tools do: UTF-8, strictly. A byte order mark is no part of the text and is kept. */
export function decodeUtf8(content: Uint8Array): DecodedSource | Undecodable {
  const marked = Buffer.compare(content.subarray(0, 3), MARK) === 0;
  try {
    const text = decoder.decode(marked ? content.subarray(3) : content);
    return { text, encoding: marked ? "utf-8-bom" : "utf-8", encode: (written) => encode(written, marked) };
  } catch (error) {
    return { problem: "bytes-do-not-decode", detail: `Not valid UTF-8: ${messageOf(error)}` };
  }
}

function encode(text: string, marked: boolean): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError("A lone surrogate has no place in UTF-8");
  const bytes = Buffer.from(text, "utf8");
  return marked ? Buffer.concat([MARK, bytes]) : bytes;
}
