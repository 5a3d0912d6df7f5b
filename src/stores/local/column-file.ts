import { endianness } from "node:os";
import { z } from "zod";
import { Texts } from "../texts.ts";

/** Columns of texts and of numbers, and what is no column, as JSON has it. */
export interface ColumnTable {
  readonly texts: Readonly<Record<string, Texts>>;
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly rest: unknown;
}

const ITEM = Float64Array.BYTES_PER_ELEMENT;

/** The first line: which columns follow, in that order. */
const outlineSchema = z.strictObject({
  /** Numbers are written as this machine has them. */
  endianness: z.literal(endianness()),
  /** Bytes of all texts together, and how many there are; where each ends comes first. */
  texts: z.array(z.tuple([z.string(), z.int(), z.int()])),
  numbers: z.array(z.tuple([z.string(), z.int()])),
  rest: z.unknown(),
});

/**
 * A table as bytes that need no parsing item by item. @throws RangeError for a text that is none in UTF-8.
 */
export function writeTable({ texts, numbers, rest }: ColumnTable): Buffer {
  const pieces: Uint8Array[] = [];
  const outline: z.infer<typeof outlineSchema> = {
    endianness: endianness(),
    texts: Object.entries(texts).map(([name, { all, ends }]) => {
      if (!all.isWellFormed()) throw new RangeError(`a text of the column ${name} is no UTF-8`);
      const bytes = Buffer.from(all);
      pieces.push(bytesOf(ends), bytes);
      return [name, bytes.length, ends.length];
    }),
    numbers: Object.entries(numbers).map(([name, column]) => {
      pieces.push(bytesOf(column));
      return [name, column.length];
    }),
    rest,
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(outline)}\n`), ...pieces]);
}

/** @throws Error for bytes that are no table, or one of another kind of machine. */
export function readTable(bytes: Buffer): ColumnTable {
  let from = bytes.indexOf("\n") + 1;
  const outline = outlineSchema.parse(JSON.parse(bytes.toString("utf8", 0, from)));
  const take = (length: number) => {
    const piece = bytes.subarray(from, from + length);
    if (piece.length < length) throw new RangeError("the table ends early");
    from += length;
    return piece;
  };
  const texts = outline.texts.map(([name, length, items]) => {
    const ends = numbersOf(take(items * ITEM));
    return [name, new Texts(take(length).toString("utf8"), ends)] as const;
  });
  const numbers = outline.numbers.map(([name, items]) => [name, numbersOf(take(items * ITEM))] as const);
  return { texts: Object.fromEntries(texts), numbers: Object.fromEntries(numbers), rest: outline.rest };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A copy, for items must begin at a multiple of their size. */
function numbersOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer);
}
