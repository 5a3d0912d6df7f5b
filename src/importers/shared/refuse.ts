import { ImportError } from "../../base/errors.ts";

/** Why a document is no attempt; docs/importing.md lists them. */
export type Refusal =
  | "call-without-name"
  | "no-conversation"
  | "nested-too-deeply"
  | "not-of-this-format"
  | "unknown-role"
  | "unknown-version";

/** @throws ImportError whose `fields.reason` is the reason. */
export function refuse(reason: Refusal, message: string): never {
  throw new ImportError({
    code: "document-refused",
    message,
    hint: "docs/importing.md says what each reason means; the other documents are read.",
    fields: { reason },
  });
}
