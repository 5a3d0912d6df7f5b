import { lintSource } from "@secretlint/core";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { KEY_FORMS } from "../exchanges/secrets.ts";

/** A text that is a secret, and of what kind. */
export interface Secret {
  readonly text: string;
  /** In small letters with `-`, such as `github` or `url-login`. */
  readonly kind: string;
}

const PRESET = "@secretlint/secretlint-rule-";
const LEFT_OUT = new Set([
  // A comment in a text that an agent read must not turn the search off.
  `${PRESET}filter-comments`,
  // These take whole addresses; forms of ours take the user and the password.
  `${PRESET}basicauth`,
  `${PRESET}database-connection-string`,
]);
const CONFIG = {
  rules: rules.flatMap((rule) => (LEFT_OUT.has(rule.meta.id) ? [] : [{ id: rule.meta.id, rule }])),
};

/** Of services that sign with them: what is in neither of the others. */
const MORE_FORMS: Readonly<Record<string, RegExp>> = {
  jwt: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/g,
};
const FORMS = Object.entries({ ...KEY_FORMS, ...MORE_FORMS });

/** Shorter texts hold no key of a known form. */
const SHORTEST_WORD = /[^\s]{8}/;

/** All secrets of well-known forms in a text, in no particular order; the rules of secretlint, and forms of ours. */
export async function findSecrets(text: string): Promise<Secret[]> {
  if (!SHORTEST_WORD.test(text)) return [];
  const source = { content: text, filePath: "/text.txt", ext: ".txt", contentType: "text" as const };
  const { messages } = await lintSource({
    source,
    options: { config: CONFIG, noPhysicFilePath: true },
  });
  const theirs = messages.flatMap(({ ruleId, range, data }): Secret[] => {
    const kind = ruleId.replace(PRESET, "");
    return [{ kind, text: secretIn(text, data) ?? text.slice(...range) }];
  });
  const ours = FORMS.flatMap(([kind, form]) =>
    [...text.matchAll(form)].map(([found]): Secret => ({ kind, text: found })),
  );
  return [...theirs, ...ours];
}

/** Some rules give a range that begins before the secret and ends within; the text itself they give right. */
function secretIn(text: string, data: unknown): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const values = Object.entries(data).flatMap(([name, value]) =>
    /^[A-Z_]+$/.test(name) && typeof value === "string" ? [value] : [],
  );
  return values.find((value) => value !== "" && text.includes(value));
}
