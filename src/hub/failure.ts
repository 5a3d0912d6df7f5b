import { EnvironmentError, HubError, HybridGymError, InputError, messageOf } from "../base/errors.ts";

/** What the library threw, as an error of ours. Addresses of uploads are signed: what follows their `?` is as good as a key. */
export function hubFailure(error: unknown, repository: string): unknown {
  if (error instanceof HybridGymError || (error instanceof Error && error.name === "AbortError"))
    return error;
  const status = statusOf(error);
  const detail = messageOf(error).replace(/\?\S*/g, "?…");
  const fields = { repository, ...(status === undefined ? {} : { status }) };
  if (status === 401 || status === 403)
    return new EnvironmentError({
      code: "hub-refused",
      message: `The hub does not let us at ${repository} (${status})`,
      hint: "Set HF_TOKEN to a token that may read it, and write it where something is pushed.",
      fields,
    });
  if (status === 404)
    return new InputError({
      code: "hub-not-found",
      message: `The hub has no dataset ${repository}, or not this revision`,
      hint: "Check the name; for a private one set HF_TOKEN.",
      fields,
    });
  return new HubError({
    code: "hub-failed",
    message: `The hub failed: ${detail}`,
    hint: "Run the same command again; what was sent is there.",
    fields,
    cause: error,
  });
}

export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}
