/**
 * Python's `strip`, `lstrip` and `rstrip` take the letters to strip; the template engine knows only whitespace, and would take more from a turn
 * than the trainer does. Calls with letters are made calls of a function of ours.
 */
export const STRIP_FUNCTION = "strip_letters";

type Side = "strip" | "lstrip" | "rstrip";

interface Call {
  callee: unknown;
  args: unknown[];
}

/** Changes the syntax tree of a template in its place. */
export function rewriteStrips(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  for (const child of Object.values(node)) {
    if (Array.isArray(child)) child.forEach(rewriteStrips);
    else rewriteStrips(child);
  }
  if (isCall(node) && node.args.length > 0) rewrite(node);
}

function isCall(node: object): node is Call {
  return (
    "type" in node &&
    node.type === "CallExpression" &&
    "callee" in node &&
    "args" in node &&
    Array.isArray(node.args)
  );
}

function rewrite(call: Call): void {
  const { callee } = call;
  if (typeof callee !== "object" || callee === null || !("object" in callee) || !("property" in callee))
    return;
  const { property } = callee;
  if (typeof property !== "object" || property === null || !("value" in property)) return;
  const side = property.value;
  if (side !== "strip" && side !== "lstrip" && side !== "rstrip") return;
  call.args = [callee.object, { type: "StringLiteral", value: side }, ...call.args];
  call.callee = { type: "Identifier", value: STRIP_FUNCTION };
}

export function stripLetters(text: unknown, side: unknown, letters: unknown): string {
  if (typeof text !== "string" || typeof letters !== "string") throw new TypeError("strip takes texts");
  return stripSide(text, side as Side, letters);
}

function stripSide(text: string, side: Side, letters: string): string {
  const all = [...text];
  let [from, to] = [0, all.length];
  if (side !== "rstrip") while (from < to && letters.includes(all[from] ?? "")) from++;
  if (side !== "lstrip") while (to > from && letters.includes(all[to - 1] ?? "")) to--;
  return all.slice(from, to).join("");
}
