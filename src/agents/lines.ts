/** Far above any sane message, and below what would hurt this process. */
const MAX_LINE_CHARACTERS = 64 * 1024 * 1024;

/** Splits what a stream brings into lines. @throws RangeError when a line grows past the limit. */
export async function* lines(stream: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream) {
    rest += chunk;
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
    if (rest.length > MAX_LINE_CHARACTERS) throw new RangeError("a line is too long");
  }
  if (rest !== "") yield rest;
}
