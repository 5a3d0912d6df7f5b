/** Encodings other than UTF-8, each made from what the platform's TextDecoder knows. */
export interface CodePage {
  /** @throws RangeError when the bytes are not of this encoding. */
  decode(content: Uint8Array): string;
  /** @throws RangeError when a character has no place in it. */
  encode(text: string): Uint8Array;
}

/** Two-byte encodings whose every character can be written back. */
const MULTI_BYTE: ReadonlySet<string> = new Set(["gbk", "gb2312", "big5", "shift-jis", "euc-jp", "euc-kr"]);
const tables = new Map<string, CodePage>();

/** An encoding of one byte per character: `ascii`, `latin-1`, `iso-8859-15`, `cp1252`, `koi8-r`… */
export function byteTable(encoding: string): CodePage | undefined {
  return remembered(encoding, () => {
    const characters = charactersOf(encoding);
    return characters === undefined ? undefined : tableOf(encoding, characters);
  });
}

/** An encoding of one or two bytes per character. */
export function multiByteTable(encoding: string): CodePage | undefined {
  if (!MULTI_BYTE.has(encoding)) return undefined;
  return remembered(encoding, () => wideTable(encoding));
}

function remembered(encoding: string, make: () => CodePage | undefined): CodePage | undefined {
  const known = tables.get(encoding);
  if (known !== undefined) return known;
  const made = make();
  if (made !== undefined) tables.set(encoding, made);
  return made;
}

/** What each of the 256 bytes stands for. */
function charactersOf(encoding: string): (string | undefined)[] | undefined {
  if (encoding === "ascii") return bytes((byte) => (byte < 128 ? String.fromCharCode(byte) : undefined));
  if (encoding === "latin-1") return bytes((byte) => String.fromCharCode(byte));
  const label = encoding.replace(/^cp(125\d)$/, "windows-$1");
  if (!/^(?:windows-125\d|iso-8859-(?:[2-8]|10|13|14|15|16)|koi8-[ru])$/.test(label)) return undefined;
  const decoder = new TextDecoder(label, { fatal: true });
  return bytes((byte) => {
    try {
      const character = decoder.decode(new Uint8Array([byte]));
      // The web's code pages fill their holes with control characters; Python's refuse them.
      const isHole = label.startsWith("windows") && /[\u0080-\u009F]/.test(character);
      return isHole ? undefined : character;
    } catch {
      return undefined;
    }
  });
}

function bytes(characterOf: (byte: number) => string | undefined): (string | undefined)[] {
  return Array.from({ length: 256 }, (_, byte) => characterOf(byte));
}

function tableOf(encoding: string, characters: readonly (string | undefined)[]): CodePage {
  const codes = new Map<string, number>();
  characters.forEach((character, byte) => {
    if (character !== undefined) codes.set(character, byte);
  });
  return {
    decode(content) {
      let text = "";
      for (const byte of content) {
        const character = characters[byte];
        if (character === undefined) throw new RangeError(`byte 0x${byte.toString(16)}`);
        text += character;
      }
      return text;
    },
    encode: (text) =>
      Uint8Array.from(text, (character) => codes.get(character) ?? refuse(character, encoding)),
  };
}

function wideTable(encoding: string): CodePage {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const codes = new Map<string, readonly number[]>();
  const add = (code: readonly number[]) => {
    try {
      const character = decoder.decode(Uint8Array.from(code));
      if ([...character].length === 1 && !codes.has(character)) codes.set(character, code);
    } catch {
      // Not a character of this encoding.
    }
  };
  for (let byte = 0; byte < 256; byte++) add([byte]);
  for (let lead = 0x81; lead < 0xff; lead++) {
    for (let trail = 0x40; trail < 0xff; trail++) add([lead, trail]);
  }
  return {
    decode: (content) => decoder.decode(content),
    encode: (text) =>
      Uint8Array.from([...text].flatMap((character) => codes.get(character) ?? refuse(character, encoding))),
  };
}

function refuse(character: string, encoding: string): never {
  throw new RangeError(`${JSON.stringify(character)} has no place in ${encoding}`);
}
