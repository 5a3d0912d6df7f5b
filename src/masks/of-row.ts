import type { ChatRow } from "../chat-template.ts";
import type { MaskedRow, ModelReader, TokenCounts, TokenLabel } from "../mask.ts";

/**
 * The mask of a row, as TRL computes it with an assistant-only loss: a token is trained when any of it is of a turn of the model.
 * @throws InputError where the template does not take the row or the tokens cannot be aligned with it
 */
export function maskRow({ tokenizer, template }: ModelReader, chat: ChatRow): MaskedRow {
  const { text, turns } = template.render(chat);
  const { ids, bytes, ends, positions } = tokenizer.align(
    text,
    turns.flatMap(({ start, end }) => [start, end]),
  );
  const spans = turns.map(({ leftOut }, index) => ({
    start: positions[2 * index] ?? 0,
    end: positions[2 * index + 1] ?? 0,
    label: leftOut ? ("left-out" as const) : ("trained" as const),
  }));
  return { ids, bytes, ends, labels: labelsOf(ends, spans) };
}

/** Both in order, so that one pass is enough. */
function labelsOf(
  ends: readonly number[],
  spans: readonly { start: number; end: number; label: TokenLabel }[],
): TokenLabel[] {
  let [begin, next] = [0, 0];
  return ends.map((end) => {
    while (begin >= (spans[next]?.end ?? Infinity)) next++;
    const span = spans[next];
    const label = span !== undefined && end > span.start ? span.label : "given";
    begin = end;
    return label;
  });
}

export function countTokens({ labels }: MaskedRow, context = Infinity): TokenCounts {
  let [trained, left_out, trained_in_context] = [0, 0, 0];
  for (const [index, label] of labels.entries()) {
    if (label === "left-out") left_out++;
    if (label !== "trained") continue;
    trained++;
    if (index < context) trained_in_context++;
  }
  return { tokens: labels.length, trained, left_out, trained_in_context };
}

/** Where no loss is computed, by PyTorch's convention. */
const NO_LOSS = -100;

/** A row as trainers take it that need no template: what is not trained has the label -100. */
export function trainerColumns({ ids, labels }: MaskedRow): { input_ids: number[]; labels: number[] } {
  return {
    input_ids: [...ids],
    labels: ids.map((id, index) => (labels[index] === "trained" ? id : NO_LOSS)),
  };
}

/** A stretch of a row's text whose tokens all have one label. */
export interface MaskSegment {
  readonly label: TokenLabel;
  readonly text: string;
  readonly tokens: number;
}

export function segmentsOf({ labels, bytes, ends }: MaskedRow): MaskSegment[] {
  const segments: MaskSegment[] = [];
  let [from, first] = [0, 0];
  for (const [index, label] of labels.entries()) {
    if (labels[index + 1] === label) continue;
    const end = ends[index] ?? 0;
    segments.push({ label, text: bytes.toString("utf8", from, end), tokens: index + 1 - first });
    [from, first] = [end, index + 1];
  }
  return segments;
}
