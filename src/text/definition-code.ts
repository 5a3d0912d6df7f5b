import type { Definition, Span } from "../syntax.ts";

/** The text of a span with some spans inside it cut out. */
export function textWithout(text: string, span: Span, cuts: readonly Span[]): string {
  let result = "";
  let place = span.start;
  for (const cut of [...cuts].sort((a, b) => a.start - b.start)) {
    if (cut.end <= place || cut.start >= span.end) continue;
    result += text.slice(place, Math.max(place, cut.start));
    place = cut.end;
  }
  return result + text.slice(place, span.end);
}

/** A definition's source text without its own docstring. */
export function codeOf(text: string, definition: Definition): string {
  return textWithout(
    text,
    definition.span,
    definition.docstring === undefined ? [] : [definition.docstring.span],
  );
}
