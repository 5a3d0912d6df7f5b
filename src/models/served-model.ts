/**
 * Whether a service that says that `served` answered means the model that was asked for. Case, a provider or folder before the last
 * slash and the ending of a model's file say nothing; the served name may add which version it is (`gpt-4o-2024-08-06`, `mistral:7b`,
 * `model@revision`), and an asked name that ends in `latest` leaves that to the service. Nothing said is no difference.
 */
export function sameModel(asked: string, served: string | undefined): boolean {
  const [wanted, said] = [bareName(asked), bareName(served ?? "")];
  if (said === "" || said === wanted) return true;
  const base = wanted.replace(LATEST, "");
  return said.startsWith(base) && VERSION.test(said.slice(base.length));
}

/** The same, where names that the user accepts as well, letter for letter, are known. */
export function isAccepted(
  asked: string,
  served: string | undefined,
  accepted: readonly string[] = [],
): boolean {
  return sameModel(asked, served) || (served !== undefined && accepted.includes(served));
}

/** For messages and hints about an answer that is not taken. */
export const answeredBy = (served: string): string => `another model answered: ${served}`;
export const ACCEPT_HINT = "If that is the model that you mean, accept its name with --served-model NAME.";

function bareName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^.*[/\\]/s, "")
    .replace(/\.gguf$/, "");
}

const LATEST = /[-:@]latest$/;

/**
 * Dates, and numbers of three digits or more: shorter ones are other models (`claude-sonnet-4-5` is no `claude-sonnet-4`), and so are words
 * (`gpt-4o-mini`, `…-preview`). Then what services put after a colon or an at sign.
 */
const VERSION =
  /^(-(\d{4}-\d\d-\d\d|\d{4}-\d\d|\d\d-\d{4}|(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|\d{3,8}|latest))?([:@][\w.-]+)*$/;
