import type { Tree } from "../../tree.ts";

/** Licences by their SPDX identifiers, as far as key phrases tell; `unknown` where they do not. */
export interface Licence {
  readonly id: string;
  /** Where it was read. */
  readonly source: "file-header" | "repository" | "none";
}

/** Licences that let the text be published again with little more than their notice. */
export const PERMISSIVE_LICENCES: readonly string[] =
  "MIT MIT-0 BSD-2-Clause BSD-3-Clause 0BSD Apache-2.0 ISC PSF-2.0 Python-2.0 Unlicense Zlib BSL-1.0 CC0-1.0 HPND".split(
    " ",
  );
const PERMISSIVE = new Set(PERMISSIVE_LICENCES);

/** Whether a licence lets the text be published again with little more than its notice. */
export function isPermissive(id: string): boolean {
  const parts = id.replace(/[()]/g, "").split(/\s+(?:OR)\s+/);
  return parts.some((part) => part.split(/\s+AND\s+/).every((one) => PERMISSIVE.has(one.trim())));
}

/** The names that a repository's licence file has. */
const LICENCE_FILE = /^(?:licen[cs]e|copying|unlicense)(?:[-.](?:md|txt|rst|mit|apache|bsd|apache-2\.0))?$/i;

/** In this order: a text that holds an earlier phrase is that licence. Phrases are compared on single-spaced lower case. */
const PHRASES: readonly (readonly [string, readonly string[]])[] = [
  ["AGPL-3.0-only", ["gnu affero general public license"]],
  ["LGPL-3.0-only", ["gnu lesser general public license", "version 3"]],
  ["LGPL-2.1-only", ["gnu lesser general public license"]],
  ["LGPL-2.0-only", ["gnu library general public license"]],
  ["GPL-3.0-only", ["gnu general public license", "version 3"]],
  ["GPL-2.0-only", ["gnu general public license"]],
  ["MPL-2.0", ["mozilla public license", "2.0"]],
  ["Apache-2.0", ["apache license", "version 2.0"]],
  ["Apache-2.0", ["licensed under the apache license"]],
  ["PSF-2.0", ["python software foundation license version 2"]],
  ["BSD-3-Clause", ["redistribution and use in source and binary forms", "endorse or promote"]],
  ["BSD-2-Clause", ["redistribution and use in source and binary forms"]],
  ["Unlicense", ["this is free and unencumbered software released into the public domain"]],
  [
    "ISC",
    ["permission to use, copy, modify, and/or distribute this software for any purpose with or without fee"],
  ],
  [
    "ISC",
    ["permission to use, copy, modify, and distribute this software for any purpose with or without fee"],
  ],
  ["MIT", ["permission is hereby granted, free of charge, to any person obtaining a copy"]],
  ["MIT", ["the mit license"]],
  ["CC0-1.0", ["cc0 1.0 universal"]],
];

/** The licence of a repository by its files at the root; `unknown` where they do not tell. */
export async function repositoryLicence(tree: Tree): Promise<string> {
  for (const entry of tree.entries) {
    if (entry.mode === "120000" || entry.size > 200_000 || !LICENCE_FILE.test(entry.path)) continue;
    const id = licenceOfText(new TextDecoder().decode(await tree.read(entry.path)));
    if (id !== undefined) return id;
  }
  return "unknown";
}

export function licenceOfText(text: string): string | undefined {
  const plain = text.toLowerCase().replace(/\s+/g, " ");
  return PHRASES.find(([, phrases]) => phrases.every((phrase) => plain.includes(phrase)))?.[0];
}

/** The licence that a source file names in its first lines: an SPDX tag, or a header's own words. */
export function licenceOfHeader(head: string): string | undefined {
  const start = head.slice(0, 3000);
  const tag = /SPDX-License-Identifier:\s*([A-Za-z0-9.+ ()-]+?)\s*(?:\*\/|-->|["']{3}|$)/m.exec(start)?.[1];
  if (tag !== undefined) return tag;
  const comments = start
    .split("\n")
    .filter((line) => /^\s*(?:#|\/\/|\/?\*)/.test(line))
    .map((line) => line.replace(/^\s*(?:#+|\/\/+|\/?\*+)/, ""))
    .join(" ");
  return licenceOfText(comments);
}
