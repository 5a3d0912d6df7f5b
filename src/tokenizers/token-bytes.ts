/**
 * The bytes of a token as vocabularies write it: byte-level ones (GPT-2's table, which Llama 3, Qwen and DeepSeek use) with a letter for each
 * byte, others with `▁` for a space and `<0xNN>` for a byte alone.
 */
export type TokenBytes = (token: string) => Buffer;

export const byteLevelBytes: TokenBytes = (token) => {
  const bytes = [...token].map((letter) => BYTES.get(letter));
  // A token that was added to the vocabulary stands there as it is.
  return bytes.includes(undefined) ? Buffer.from(token) : Buffer.from(bytes.map((byte) => byte ?? 0));
};

export const pieceBytes: TokenBytes = (token) => {
  const [, byte] = /^<0x([0-9A-Fa-f]{2})>$/.exec(token) ?? [];
  return byte === undefined
    ? Buffer.from(token.replaceAll("\u2581", " "))
    : Buffer.from([Number.parseInt(byte, 16)]);
};

/** Printable bytes are themselves; the others are the letters from U+0100 on, in order. */
function byteLetters(): ReadonlyMap<string, number> {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const letters = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 0x100; byte++)
    letters.set(String.fromCodePoint(isPrintable(byte) ? byte : next++), byte);
  return letters;
}
const BYTES = byteLetters();
