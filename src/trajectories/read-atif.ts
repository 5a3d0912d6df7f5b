import { z } from "zod";
import { parseJson, parseValue } from "../base/json.ts";
import { ATIF_VERSION, atifTrajectorySchema, type AtifTrajectory } from "./atif-schema.ts";

const anyVersion = z.looseObject({ schema_version: z.string() });
const embedding = z.looseObject({ subagent_trajectories: z.array(z.looseObject({})) });

/** The version that an ATIF document says it is of. @throws InputError where it is none. */
export function atifVersionOf(text: string, place: string): string {
  return parseJson(text, anyVersion, place).schema_version;
}

/** Other versions that have what people want to see in the same fields. */
export function isReadableVersion(version: string): boolean {
  return version !== ATIF_VERSION && /^ATIF-v1\.[0-8]$/.test(version);
}

/**
 * An ATIF document for showing: of our version as its schema says, of others what ours has a field for.
 * @throws InputError where it cannot be read so.
 */
export function readAtif(text: string, place: string): AtifTrajectory {
  const document = parseJson(text, anyVersion, place);
  const value = isReadableVersion(document.schema_version) ? toOurVersion(document) : document;
  return parseValue(value, atifTrajectorySchema, place);
}

function toOurVersion(document: z.infer<typeof anyVersion>): object {
  const ours = { ...document, schema_version: ATIF_VERSION };
  const embedded = embedding.safeParse(document).data?.subagent_trajectories;
  const whole =
    embedded === undefined
      ? ours
      : {
          ...ours,
          subagent_trajectories: embedded.map((one) => ({ ...one, schema_version: ATIF_VERSION })),
        };
  for (const issue of atifTrajectorySchema.safeParse(whole).error?.issues ?? [])
    if (issue.code === "unrecognized_keys") drop(whole, issue.path, issue.keys);
  return whole;
}

function drop(whole: object, path: readonly PropertyKey[], keys: readonly string[]): void {
  const owner = path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    whole,
  );
  if (typeof owner !== "object" || owner === null) return;
  for (const key of keys) Reflect.deleteProperty(owner, key);
}
