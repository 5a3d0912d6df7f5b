import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/files.ts";

/** What someone's agent left for one instance. */
export interface Prediction {
  readonly instance: string;
  /** The diff's bytes, or how many there are where they are more than anyone grades. */
  readonly read: () => Promise<Uint8Array | { readonly tooLarge: number }>;
}

/** Larger files are not read into memory: the reader of diffs refuses them anyway. */
const MAX_BYTES = 64_000_000;

const rowSchema = z.object({ instance_id: z.string().min(1), model_patch: z.string().nullish() });

/**
 * Predictions of a JSONL file (`{instance_id, model_patch}` rows, as SWE-bench takes them; more fields are ignored, null is an
 * empty diff) or of a folder (`<instance_id>.diff`, bytes as they are), in the order of the file or of names.
 * @throws InputError `no-predictions` when there is none; what `readJsonl` throws.
 */
export async function readPredictions(place: string): Promise<Prediction[]> {
  const names = await readdir(place).catch(() => undefined);
  const predictions = names === undefined ? await ofFile(place) : ofFolder(place, names);
  if (predictions.length > 0) return predictions;
  throw new InputError({
    code: "no-predictions",
    message: `${place} holds no predictions`,
    hint: "It takes JSONL rows with instance_id and model_patch, or a folder of <instance_id>.diff files.",
  });
}

async function ofFile(file: string): Promise<Prediction[]> {
  const predictions: Prediction[] = [];
  for await (const { instance_id: instance, model_patch } of readJsonl(file, rowSchema)) {
    const bytes = bytesOfPatch(model_patch ?? "");
    predictions.push({ instance, read: async () => bytes });
  }
  return predictions;
}

function ofFolder(folder: string, names: readonly string[]): Prediction[] {
  return [...names]
    .sort()
    .filter((name) => name.endsWith(".diff"))
    .map((name) => {
      const file = path.join(folder, name);
      const read = async () => {
        const { size } = await stat(file);
        return size > MAX_BYTES ? { tooLarge: size } : readFile(file);
      };
      return { instance: name.slice(0, -".diff".length), read };
    });
}

/** JSON has no bytes: Python writes those that are no UTF-8 as lone surrogates (`surrogateescape`), which stand for them. */
export function bytesOfPatch(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, "utf8");
  const pieces = text.split(/([\uDC80-\uDCFF])/u).map((piece) => {
    const code = piece.charCodeAt(0);
    return piece.length === 1 && code >= 0xdc80 && code <= 0xdcff
      ? Buffer.from([code - 0xdc00])
      : Buffer.from(piece, "utf8");
  });
  return Buffer.concat(pieces);
}
