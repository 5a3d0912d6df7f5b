import type { Edit, EditsOf } from "./rewrite.ts";

/** A text that is hidden wherever it stands. */
export interface Hidden {
  readonly text: string;
  readonly placeholder: string;
  readonly kind: string;
}

/** Names for hidden texts: the same for the same text, another for another, numbered in the order in which they come. */
export function createPlaceholders(isTaken: (placeholder: string) => boolean) {
  const hidden = new Map<string, Hidden>();
  const numbers = new Map<string, number>();
  return {
    hidden: () => [...hidden.values()],
    add(kind: string, text: string, nameOf: (number: number) => string) {
      if (hidden.has(text)) return;
      let [number, placeholder] = [numbers.get(kind) ?? 0, ""];
      do placeholder = nameOf(++number);
      while (isTaken(placeholder));
      numbers.set(kind, number);
      hidden.set(text, { text, placeholder, kind });
    },
  };
}

/** All places of the hidden texts, the longest first where they overlap, then the places of `more` that are left. */
export function editsFor(hidden: readonly Hidden[], more: EditsOf, count: (kind: string) => void): EditsOf {
  const forms = hidden
    .flatMap(({ text, placeholder, kind }) =>
      formsOf(text).map((form): Hidden => ({ text: form, placeholder, kind })),
    )
    .toSorted((a, b) => b.text.length - a.text.length || (a.text < b.text ? -1 : 1));
  return (text) => {
    const edits: Edit[] = [];
    const isFree = (from: number, to: number) => edits.every((edit) => to <= edit.from || from >= edit.to);
    for (const { text: form, placeholder, kind } of forms) {
      for (let from = text.indexOf(form); from !== -1; from = text.indexOf(form, from + form.length)) {
        const to = from + form.length;
        if (!isFree(from, to)) continue;
        edits.push({ from, to, text: placeholder });
        count(kind);
      }
    }
    for (const edit of more(text)) if (isFree(edit.from, edit.to)) edits.push(edit);
    return edits.toSorted((a, b) => a.from - b.from);
  };
}

/** As it is, as JSON has it, and as a URL has it: a call may hold a text that its result shows otherwise. */
function formsOf(text: string): string[] {
  return [...new Set([text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)])];
}
