import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { type LoadedTokenizer, loadTokenizer } from "./hugging-face.ts";

export interface ModelFolder extends LoadedTokenizer {
  readonly folder: string;
}

/** The tokenizer of a model's folder, or of its file `tokenizer.json`. @throws InputError `tokenizer-unreadable` */
export async function openModelFolder(place: string): Promise<ModelFolder> {
  const isFolder = existsSync(place) && statSync(place).isDirectory();
  const loaded = await loadTokenizer(isFolder ? path.join(place, "tokenizer.json") : place);
  return { ...loaded, folder: isFolder ? place : path.dirname(place) };
}
