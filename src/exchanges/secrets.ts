import { hider, REDACTED } from "./redact.ts";

/** Environment variables whose values are secrets. */
const SECRET_VARIABLE = /(key|token|secret|password|passwd|credentials?)$/i;

/** What keys look like that are in no variable of ours: of services, of code hosts, of clouds; private keys; users in URLs. */
export const KEY_FORMS: Readonly<Record<string, RegExp>> = {
  "sk-key": /\bsk-[\w-]{16,}/g,
  "host-token": /\b(?:ghp|gho|ghs|ghu|github_pat|glpat|hf|xox[abprs])[-_][\w-]{16,}/g,
  "aws-key": /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  "google-key": /\bAIza[\w-]{30,}/g,
  "private-key": /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  bearer: /(?<=\bBearer )[\w.~+/=-]{12,}/g,
  "url-login": /(?<=\b[a-z][a-z+.-]*:\/\/)[^\s/@:"']+:[^\s/@"']+(?=@)/g,
};

export interface Scanned {
  readonly text: string;
  /** Places that were hidden. */
  readonly hidden: number;
}

/** A scanner for what is handed on: hides the secrets of this environment, and whatever has the form of a key. */
export function secretScanner(
  environment: Readonly<Record<string, string | undefined>>,
): (text: string) => Scanned {
  const known = Object.entries(environment).flatMap(([name, value = ""]) =>
    SECRET_VARIABLE.test(name) ? [value] : [],
  );
  const hide = hider(known);
  return (text) => {
    const hidden = Object.values(KEY_FORMS).reduce((all, form) => all.replaceAll(form, REDACTED), hide(text));
    return { text: hidden, hidden: countOf(hidden) - countOf(text) };
  };
}

function countOf(text: string): number {
  return text.split(REDACTED).length - 1;
}
