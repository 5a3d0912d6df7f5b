/** Words in a run. */
export const SHINGLE = 6;

/**
 * Called for every run of `SHINGLE` words: two independent 32-bit hashes of it, and where it starts and ends (bytes; end
 * exclusive).
 */
type Visit = (first: number, second: number, start: number, end: number) => void;

const SEPARATOR = 0;
const BACKSLASH = 0x5c;
const WORD_CLASS = wordClasses();
const BASE_FIRST = 0x01000193;
const BASE_SECOND = 0x5bd1e995;
const OLDEST_FIRST = power(BASE_FIRST, SHINGLE);
const OLDEST_SECOND = power(BASE_SECOND, SHINGLE);

/**
 * Visits the word runs of any bytes, be they text, marshalled code or a data base. Case, white space and punctuation are
 * folded away; so are the escapes `\n`, `\r` and `\t` of quoted text, typographic quotes and dashes. Works on bytes because
 * it reads whole machines.
 */
export function eachShingle(bytes: Uint8Array, visit: Visit): void {
  const firsts = new Int32Array(SHINGLE);
  const seconds = new Int32Array(SHINGLE);
  const starts = new Float64Array(SHINGLE);
  let count = 0;
  let first = 0;
  let second = 0;
  let wordFirst = 0;
  let wordSecond = 0;
  let wordStart = -1;
  for (let place = 0; place <= bytes.length; place++) {
    const byte = bytes[place] ?? SEPARATOR;
    const letter = WORD_CLASS[byte] ?? SEPARATOR;
    const skipped = letter === SEPARATOR || byte > 0x7f ? skippedBytes(bytes, place) : 0;
    if (letter !== SEPARATOR && skipped === 0) {
      if (wordStart < 0) {
        wordStart = place;
        wordFirst = 0x811c9dc5 | 0;
        wordSecond = 0x9747b28c | 0;
      }
      wordFirst = Math.imul(wordFirst ^ letter, 0x01000193);
      wordSecond = Math.imul((wordSecond << 5) | (wordSecond >>> 27), 0x9e3779b1) + letter;
      continue;
    }
    if (wordStart >= 0) {
      const slot = count % SHINGLE;
      first = (Math.imul(first, BASE_FIRST) + wordFirst - Math.imul(firsts[slot] ?? 0, OLDEST_FIRST)) | 0;
      second =
        (Math.imul(second, BASE_SECOND) + wordSecond - Math.imul(seconds[slot] ?? 0, OLDEST_SECOND)) | 0;
      firsts[slot] = wordFirst;
      seconds[slot] = wordSecond;
      starts[slot] = wordStart;
      count++;
      if (count >= SHINGLE) visit(first, second, starts[count % SHINGLE] ?? 0, place);
      wordStart = -1;
    }
    if (skipped > 1) place += skipped - 1;
  }
}

/** How many bytes from here stand for a separator; 0 for none beyond the byte itself. */
function skippedBytes(bytes: Uint8Array, place: number): number {
  const byte = bytes[place];
  const next = bytes[place + 1];
  if (byte === BACKSLASH) return next === 0x6e || next === 0x72 || next === 0x74 ? 2 : 0;
  // U+2000 to U+203F, the spaces, dashes and quotes; and the no-break space.
  if (byte === 0xe2 && next === 0x80) return 3;
  return byte === 0xc2 && next === 0xa0 ? 2 : 0;
}

function wordClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const isWord = byte > 0x7f || /[0-9A-Za-z_]/.test(String.fromCharCode(byte));
    if (isWord) classes[byte] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
  }
  return classes;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let step = 0; step < exponent; step++) result = Math.imul(result, base);
  return result;
}

/** One number for both hashes, exact in a double. */
export function keyOf(first: number, second: number): number {
  return (first >>> 0) * 2_097_152 + (second >>> 11);
}
