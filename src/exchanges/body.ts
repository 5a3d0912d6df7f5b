import { isUtf8 } from "node:buffer";
import type { Body } from "../exchange.ts";

/** Bytes as they are kept: text where nothing is lost by it. */
export function toBody(bytes: Buffer): Body {
  return isUtf8(bytes) ? { text: bytes.toString("utf8") } : { base64: bytes.toString("base64") };
}

/** The bytes that were kept. */
export function bytesOf(body: Body): Buffer {
  return "text" in body ? Buffer.from(body.text, "utf8") : Buffer.from(body.base64, "base64");
}
