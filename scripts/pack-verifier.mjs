// Packs the verifier of exported Harbor tasks: one program with all that it imports, ruff's parser and the licences of what
// is in it, as one archive that `tests/test.sh` unpacks. Runs after the compiler, on what it made.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { rolldown } from "rolldown";
import { root } from "./setup.mjs";

const folder = path.join(root, "dist/instance-exporters/harbor");
const { tarOf } = await import(path.join(root, "dist/base/tar.js"));
/** It finds its own WebAssembly beside itself, so it is packed as it is. */
const RUFF = "node_modules/@astral-sh/ruff-wasm-nodejs";

const bundle = await rolldown({ input: path.join(folder, "verifier/main.js"), platform: "node", cwd: root });
const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
const [program, ...others] = output;
if (others.length > 0) throw new Error(`one file was expected, not ${output.length}`);

const packages = Object.keys(program.modules).map(
  (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0],
);
const files = [
  ["LICENSES", Buffer.from(licences(new Set([...packages, path.join(root, RUFF)])))],
  ["verifier.mjs", Buffer.from(program.code)],
  ...["package.json", "ruff_wasm.js", "ruff_wasm_bg.wasm"].map((name) => [
    `${RUFF}/${name}`,
    readFileSync(path.join(root, RUFF, name)),
  ]),
];
const members = files.map(([name, content]) => ({
  path: name,
  kind: "file",
  mode: 0o644,
  date: new Date(0),
  content,
}));
const packed = brotliCompressSync(Buffer.concat([...tarOf(members)]), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
});
writeFileSync(path.join(folder, "verifier.tar.br"), packed);

/** Copies of free software carry its licence. */
function licences(places) {
  const known = [...places].filter((place) => place !== undefined).sort();
  return [root, ...known].map(licenceOf).join("\n\n");
}

function licenceOf(place) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(place, "package.json"), "utf8"));
  const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? license : readFileSync(path.join(place, file), "utf8").trim();
  return `==== ${name} ${version} (${license})\n\n${text}`;
}
