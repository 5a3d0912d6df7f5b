import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { parseValue } from "../../base/json.ts";

/** A part of a name, as Harbor takes it. */
const slug = z
  .string()
  .regex(
    /^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9._-]*$/,
    "takes letters, digits, '.', '_' and '-', and begins with one of the first two",
  );

const ID = "{id}";

const optionsSchema = z.strictObject({
  /** Before the `/` of every name. */
  organization: slug.default("hybrid-gym"),
  /** The dataset's name after it; null makes one of its hash. */
  dataset: slug.nullable().default(null),
  /** What the Dockerfile begins with: it has to bring bash, git, tar and Node.js 22.19 or newer. */
  base_image: z.string().regex(/^\S+$/, "takes the name of an image").default("node:24-bookworm"),
  /** For readers that build no Dockerfile: where the image of each task is found, with `{id}` for the instance's id. */
  docker_image: z
    .string()
    .regex(/^\S+$/, "takes the name of an image")
    // One image for all would hold the start state of none.
    .refine((name) => name.includes(ID), `needs ${ID} in it, for each task has an image of its own`)
    .nullable()
    .default(null),
  /** `public` lets an agent reach its model, and everything else: the repository's own page too. */
  network: z.enum(["public", "no-network"]).default("public"),
  agent_timeout_sec: z.number().positive().default(1800),
  verifier_timeout_sec: z.number().positive().default(600),
  cpus: z.int().positive().default(1),
  memory_mb: z.int().positive().default(4096),
  storage_mb: z.int().positive().default(10240),
});
export type HarborOptions = z.infer<typeof optionsSchema>;

/** @throws InputError that names the option. */
export function parseHarborOptions(options: Readonly<Record<string, Json>>): HarborOptions {
  return parseValue(options, optionsSchema, "options of the format harbor");
}

/** The image of one task. */
export function imageOf(template: string, id: string): string {
  return template.replaceAll(ID, id);
}
