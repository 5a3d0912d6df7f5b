/**
 * One member of an archive; a folder has no content, a link's content is its target. A whiteout is the device 0:0, which in
 * an overlay's upper layer hides what the layer below has under that name.
 */
export interface TarMember {
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "whiteout";
  /** Permission bits. */
  readonly mode: number;
  readonly date: Date;
  readonly content?: Uint8Array;
}

export const BLOCK = 512;
const EMPTY = new Uint8Array();
const ZEROS = new Uint8Array(BLOCK);
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/** Bytes after which what there is goes out; small enough that the reader has its first files early. */
const CHUNK = 64 * 1024;

/** An archive in the ustar format, in pieces; names over 100 bytes as GNU tar writes them. */
export function* tarOf(members: Iterable<TarMember>): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for (const member of members) {
    parts.push(...tarMember(member));
    size += BLOCK + (member.kind === "file" ? (member.content ?? EMPTY).byteLength : 0);
    if (size < CHUNK) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  yield Buffer.concat([...parts, TAR_END]);
}

/** One member's blocks, for archives whose members come one after the other; `TAR_END` follows the last. */
export function tarMember(member: TarMember): Uint8Array[] {
  const name = Buffer.from(member.kind === "folder" ? `${member.path}/` : member.path);
  const target = member.kind === "link" ? Buffer.from(member.content ?? []) : EMPTY;
  const content = member.kind === "file" ? (member.content ?? EMPTY) : EMPTY;
  const type = { file: "0", folder: "5", link: "2", whiteout: "3" }[member.kind];
  return [
    ...(name.length > 100 ? longName("L", name) : []),
    ...(target.length > 100 ? longName("K", target) : []),
    header(name, target, type, member.mode, member.date, content.byteLength),
    ...padded(content),
  ];
}

function longName(type: string, name: Uint8Array): Uint8Array[] {
  const content = Buffer.concat([name, Buffer.of(0)]);
  return [
    header(Buffer.from("././@LongLink"), EMPTY, type, 0, new Date(0), content.length),
    ...padded(content),
  ];
}

function padded(content: Uint8Array): Uint8Array[] {
  return [content, ZEROS.subarray(0, (BLOCK - (content.byteLength % BLOCK)) % BLOCK)];
}

function header(
  name: Uint8Array,
  target: Uint8Array,
  type: string,
  mode: number,
  date: Date,
  size: number,
): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.set(name.subarray(0, 100), 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(Math.floor(date.getTime() / 1000), 11), 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.set(target.subarray(0, 100), 157);
  block.write("ustar  ", 257);
  if (type === "3") block.write(`${octal(0, 7)}\0${octal(0, 7)}`, 329);
  let sum = 0;
  // By index: an iterator over some hundred blocks took longer than unpacking them.
  for (let index = 0; index < BLOCK; index++) sum += block[index] ?? 0;
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
