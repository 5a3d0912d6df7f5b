/** Characters of a tool's text that an agent is given. */
export const MAX_TEXT = 16_000;

/**
 * Keeps the head and the tail of a long text and says in between how much is missing.
 * @param alreadyDropped bytes that were cut from the middle before.
 * @param note what stands at the seam.
 */
export function trimMiddle(
  text: string,
  alreadyDropped = 0,
  limit = MAX_TEXT,
  note: (cut: number) => string = leftOut,
): { readonly text: string; readonly cut: number } {
  if (text.length <= limit && alreadyDropped === 0) return { text, cut: 0 };
  // Where the middle was cut before, the seam is at the half: both halves lose the same.
  const half = Math.min(Math.floor(limit / 2), Math.floor(text.length / 2));
  const head = whole(text.slice(0, half), "end");
  const tail = whole(text.slice(text.length - half), "start");
  const cut = text.length - head.length - tail.length + alreadyDropped;
  const newline = head.endsWith("\n") ? "" : "\n";
  return { text: `${head}${newline}${note(cut)}\n${tail}`, cut };
}

function leftOut(cut: number): string {
  return `[... ${cut} characters left out; to see them, ask for a part (head, tail, sed -n, grep) ...]`;
}

/** Half a surrogate pair at the seam is no character. */
function whole(text: string, side: "start" | "end"): string {
  if (side === "end") return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
  return /^[\uDC00-\uDFFF]/.test(text) ? text.slice(1) : text;
}
