import type { Json } from "./base/json.ts";
import type { Mark } from "./sample.ts";
import type { ForeignEvent } from "./trajectory.ts";

/**
 * A transform changes the record of a sample before it is exported, whatever format it will have. It is pure and says what it may do; whether it kept
 * to that is checked after it for every row (`transforms/check.ts`), and a row that breaks it is refused. Implementations in `transforms/`.
 */
export interface Transform {
  /** Kebab-case, as named on the command line. */
  readonly name: string;
  /** Raised whenever the same sample may come out otherwise. */
  readonly version: number;
  /** What it changes, in one sentence. */
  readonly changes: string;
  /** What the check lets it do; nothing else. */
  readonly may: Allowance;
  /** Whether how tokens are counted changes what comes out. */
  readonly countsTokens?: true;
  /** Its options with their defaults filled in. @throws InputError for an unknown or wrong one. */
  parseOptions(options: Readonly<Record<string, Json>>): Record<string, Json>;
  /** Made ready for many rows; `options` as `parseOptions` gave them. */
  open(options: Readonly<Record<string, Json>>, tokens: TextMeasure): ApplyTransform;
}

export type ApplyTransform = (row: TransformRow) => TransformResult | Promise<TransformResult>;

/**
 * Beyond this every transform keeps: the start and the end; results as they are, each behind its call; the order; no turn without text or calls that had
 * some. What is not allowed here stays as it was.
 */
export interface Allowance {
  /** Calls with their results, for which it holds by the tool's name, and turns of which nothing is left. */
  readonly removeCalls?: (toolName: string) => boolean;
  /** Reasoning, and parts of content; nothing is put in their place. */
  readonly removeText?: true;
  /** A turn with several calls becomes several, each with its result. */
  readonly split?: true;
  /** Whole steps, and inputs between them. */
  readonly cut?: true;
  /** Texts, where the change is marked as synthetic. */
  readonly rewrite?: true;
  /** Text behind an input, where it is marked as synthetic. */
  readonly addNote?: true;
  /** Names and arguments of calls, names in results, definitions of tools. */
  readonly rename?: true;
  /** Definitions of tools in the start. */
  readonly removeDefinitions?: true;
  /** Records with further lines of conversation, and such as no chat format can hold. */
  readonly anyRecord?: true;
}

/** Counts the tokens of a text; `name` says how. */
export interface TextMeasure {
  readonly name: string;
  count(text: string): number;
}

/** A mark that goes with its event. */
export type EventMark = Omit<Mark, "event">;

export interface Item {
  readonly event: ForeignEvent;
  readonly marks: readonly EventMark[];
  /** Place of the event, before this transform, that this one is or is a part of. */
  readonly source: number;
}

export interface TransformRow {
  /** From the start event to the end event. */
  readonly items: readonly Item[];
  readonly patch: string | null;
  /** Of texts of the sample itself, such as `/patch`. */
  readonly marks: readonly EventMark[];
}

/** Of what how many, by names of the transform's own. */
export type Changes = Readonly<Record<string, number>>;

export type TransformResult =
  | {
      readonly kind: "rows";
      /** Several where one becomes several samples: each then has a suffix for its id. No changes: it is as it was. */
      readonly rows: readonly {
        readonly row: TransformRow;
        readonly changes: Changes;
        readonly suffix?: string;
      }[];
    }
  /** `reason` is kebab-case, and counted in the manifest. */
  | { readonly kind: "refused"; readonly reason: string; readonly detail: string };
