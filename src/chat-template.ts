import type { Json } from "./base/json.ts";

/**
 * Puts a conversation into the one text that a model is trained on. The template is the model's own, in the format of Hugging Face's
 * `chat_template.jinja`. Implementations in `chat-templates/`.
 */
export interface ChatTemplate {
  /** SHA-256 of its text. */
  readonly sha256: string;
  /**
   * How the text of each turn of the model is found: `generation`, by the template's own `{% generation %}` blocks, as trainers with an
   * assistant-only loss do; `prefix`, by what a turn adds to the text before it, up to the token that ends it.
   */
  readonly marking: "generation" | "prefix";
  /** @throws InputError `template-failed`, `template-not-prefix-preserving` */
  render(chat: ChatRow): RenderedChat;
}

/** A conversation as a row has it. */
export interface ChatRow {
  readonly messages: readonly Readonly<Record<string, Json>>[];
  /** JSON Schemas of functions. */
  readonly tools?: readonly Json[];
}

export interface RenderedChat {
  readonly text: string;
  /** Of the model's turns, in order and apart. */
  readonly turns: readonly RenderedTurn[];
}

export interface RenderedTurn {
  /** UTF-16 units of the text; the end is not of it. */
  readonly start: number;
  readonly end: number;
  /** The row's own fields say that nothing is to be learned from it: `weight`, `loss` or `train` is 0 or false. */
  readonly leftOut: boolean;
}
