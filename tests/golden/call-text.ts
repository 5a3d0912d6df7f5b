const BLOCK = /<function=([^>\n]+)>\n([\s\S]*)<\/function>$/;
const PARAMETER = /<parameter=([^>\n]+)>([\s\S]*?)<\/parameter>\n/g;

/** A turn with a call at its end, as both sides write it. */
export interface CallText {
  readonly before: string;
  readonly name: string;
  readonly values: readonly (readonly [string, string])[];
}

export function parseCall(text: string): CallText | undefined {
  const block = BLOCK.exec(text);
  if (block === null) return undefined;
  const [, name = "", body = ""] = block;
  const values = [...body.matchAll(PARAMETER)].map(([, key = "", value = ""]) => [key, value] as const);
  return { before: text.slice(0, block.index), name, values };
}

export function writeCall({ before, name, values }: CallText): string {
  const written = values.map(([key, value]) => `<parameter=${key}>${value}</parameter>\n`);
  return `${before}<function=${name}>\n${written.join("")}</function>`;
}

/** The call changed, and the text left as it is where there is none. */
export function withCall(text: string, change: (call: CallText) => CallText): string {
  const call = parseCall(text);
  return call === undefined ? text : writeCall(change(call));
}

/** A value without the lines around it. */
export function bare(value: string): string {
  return /^\n[\s\S]*\n$/.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}
