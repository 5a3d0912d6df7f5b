import { InputError } from "./errors.ts";

/**
 * Every file that we write carries `schema_version`, a whole number. The rule: a reader takes its own
 * version and every older one (a `migrations` entry lifts version n to n + 1), and refuses newer ones.
 */
export type Migration = (value: Record<string, unknown>) => Record<string, unknown>;

/** For rows of a file whose lines are read one by one: @throws InputError when a row was written by a newer version. */
export function refuseNewer(value: unknown, current: number, place: string): void {
  if (typeof value !== "object" || value === null || !("schema_version" in value)) return;
  const version = value.schema_version;
  if (typeof version === "number" && version > current) throw newer(place, version, current);
}

function newer(place: string, version: number, current: number): InputError {
  return new InputError({
    code: "newer-format",
    message: `${place}: written by a newer hybrid-gym (format ${version}, this one reads up to ${current})`,
    hint: "Install a newer hybrid-gym to read it.",
    fields: { place, version, supported: current },
  });
}

export function migrate(
  value: Record<string, unknown>,
  current: number,
  migrations: Readonly<Record<number, Migration>>,
  place: string,
): Record<string, unknown> {
  const version = value["schema_version"];
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    throw new InputError({
      code: "no-schema-version",
      message: `${place}: no schema_version, so this is not a file of ours`,
      hint: "Check the path.",
      fields: { place },
    });
  }
  if (version > current) throw newer(place, version, current);
  let result = value;
  for (let step = version; step < current; step++) {
    const lift = migrations[step];
    if (lift === undefined) throw new Error(`no migration from format ${step} (${place})`);
    result = { ...lift(result), schema_version: step + 1 };
  }
  return result;
}
