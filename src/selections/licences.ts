import satisfies from "spdx-satisfies";
import { InputError } from "../base/errors.ts";
import { PERMISSIVE_LICENCES } from "../tasks/checks/licence.ts";

/** Which licences a sample's code may have. */
export interface LicencePolicy {
  /** As it stands among the rules. */
  readonly text: string;
  /** Undefined where it may be taken, else the reason for leaving it out. */
  refusal(licences: readonly string[] | undefined): "licence" | "licence-unknown" | undefined;
}

/**
 * `permissive`, or SPDX identifiers with commas between. An expression fits as SPDX has it: one side of an OR, both of an AND, and `-or-later` by any later
 * version. @throws InputError `unknown-licence`
 */
export function parseLicencePolicy(text: string, takesUnknown: boolean): LicencePolicy {
  const ids = text === "permissive" ? PERMISSIVE_LICENCES : text.split(",").map((id) => id.trim());
  const stray = ids.find((id) => !isIdentifier(id));
  if (stray !== undefined) throw unknownLicence(stray);
  const verdicts = new Map<string, boolean | undefined>();
  const fits = (expression: string) => {
    if (!verdicts.has(expression)) verdicts.set(expression, check(expression, ids));
    return verdicts.get(expression);
  };
  return {
    text: `licence ${text}${takesUnknown ? ", unknown accepted" : ""}`,
    refusal(licences) {
      const found = (licences ?? []).map(fits);
      if (found.includes(false)) return "licence";
      const isKnown = found.length > 0 && !found.includes(undefined);
      return isKnown || takesUnknown ? undefined : "licence-unknown";
    },
  };
}

/** Undefined for what is no SPDX expression, such as `unknown` and what headers of files call their licence. */
function check(expression: string, ids: readonly string[]): boolean | undefined {
  try {
    return satisfies(expression, ids);
  } catch {
    return undefined;
  }
}

function isIdentifier(id: string): boolean {
  return !/\s(?:AND|OR)\s|\(/.test(id) && check(id, [id]) === true;
}

function unknownLicence(id: string): InputError {
  return new InputError({
    code: "unknown-licence",
    message: `"${id}" is no licence identifier of SPDX`,
    hint: "Write permissive, or identifiers such as MIT,Apache-2.0: spdx.org/licenses lists them.",
    fields: { licence: id },
  });
}
