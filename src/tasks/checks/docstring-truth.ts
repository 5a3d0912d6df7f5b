import type { Definition } from "../../syntax.ts";
import type { DocstringParts } from "./docstring-parts.ts";
import { type Finding, unfit } from "./finding.ts";

export interface Signature {
  /** Without `self`, `cls`, stars and defaults. */
  readonly parameters: readonly string[];
  /** Takes names that are not written down (`**options`). */
  readonly open: boolean;
  readonly returns: Definition["returns"];
  readonly raises: readonly string[];
  /** The definition is read like an attribute or builds an object, so what it "returns" is not what its body returns. */
  readonly returnsUnchecked: boolean;
}

/**
 * Holds a docstring against the signature and body. A documented parameter that is not there, or a documented
 * result of a function that gives none, is an untruth for certain. A documented exception may come
 * from a callee, so it is recorded only.
 */
export function docstringTruth(parts: DocstringParts, signature: Signature): Finding {
  const known = new Set(signature.parameters);
  const missing = parts.parameters.filter(
    (name) => /^\w+$/.test(name) && !known.has(name) && name !== "self",
  );
  if (missing.length > 0 && !signature.open) {
    return unfit("docstring-untrue", `documents parameters that are not there: ${missing.join(", ")}`);
  }
  const promises = parts.returns !== undefined && !/^[\s`:]*(?:none|nothing)\b|^\s*$/i.test(parts.returns);
  if (promises && signature.returns === "nothing" && !signature.returnsUnchecked) {
    return unfit("docstring-untrue", "documents a result that the body does not return");
  }
  const indirect = parts.raises.filter((name) => !signature.raises.includes(name));
  return {
    fit: true,
    facts: { parameters_documented: parts.parameters.length, raises_not_direct: indirect },
  };
}
