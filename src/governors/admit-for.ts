import path from "node:path";
import type { Admit, Governor } from "../governor.ts";

/** A service as governors know it: its base URL without user, password and trailing slash. */
export function endpointOf(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null) return baseUrl;
  url.username = "";
  url.password = "";
  return url.href.replace(/\/+$/, "");
}

interface RunModel {
  readonly name: string;
  readonly base_url: string;
  readonly api: string;
}

/** Who asks for the calls of a run's model; nobody where no service is asked. */
export function askerOf(model: RunModel | undefined, run: string) {
  if (model === undefined || model.api === "replay") return undefined;
  return { endpoint: endpointOf(model.base_url), model: model.name, run: path.resolve(run) };
}

/** The governor as one attempt of a run knows it; nothing where no service is asked. */
export function admitFor(
  governor: Governor | undefined,
  model: RunModel | undefined,
  run: string,
  attempt: string,
): { admit?: Admit } {
  const asker = askerOf(model, run);
  if (governor === undefined || asker === undefined) return {};
  return { admit: (size, signal) => governor.admit({ ...asker, attempt, ...size }, signal) };
}
