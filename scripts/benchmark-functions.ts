/**
 * Makes `src/contamination/data/functions.bin`: the functions of the repositories that benchmarks are made of, out of their releases on
 * PyPI (source archives; nothing of them is installed or run). A repository gives the last release before each of two dates, between
 * which the benchmarks' commits lie.
 *
 *   node scripts/benchmark-functions.ts [folder for the archives]
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { loadProject } from "../src/projects/load.ts";
import { openRepository } from "../src/repositories/open.ts";
import { loadSyntaxes } from "../src/syntaxes/index.ts";
import { fingerprintsOf } from "../src/tasks/checks/fingerprints.ts";
import { downloadRelease, type Release, releasesOf, unpack } from "./pypi.ts";

const DATES = ["2020-01-01", "2023-07-01"];

/** By the package's name on PyPI. */
const PACKAGES: Readonly<Record<string, string>> = {
  astropy: "astropy/astropy",
  django: "django/django",
  matplotlib: "matplotlib/matplotlib",
  seaborn: "mwaskom/seaborn",
  flask: "pallets/flask",
  requests: "psf/requests",
  xarray: "pydata/xarray",
  pylint: "pylint-dev/pylint",
  pytest: "pytest-dev/pytest",
  "scikit-learn": "scikit-learn/scikit-learn",
  sphinx: "sphinx-doc/sphinx",
  sympy: "sympy/sympy",
  sqlfluff: "sqlfluff/sqlfluff",
  marshmallow: "marshmallow-code/marshmallow",
  pvlib: "pvlib/pvlib-python",
  pydicom: "pydicom/pydicom",
  astroid: "pylint-dev/astroid",
  pyvista: "pyvista/pyvista",
  statsmodels: "statsmodels/statsmodels",
  progressbar2: "WoLpH/python-progressbar",
  "imbalanced-learn": "scikit-learn-contrib/imbalanced-learn",
  web3: "ethereum/web3.py",
  scrapy: "scrapy/scrapy",
  pypdf: "py-pdf/pypdf",
  pexpect: "pexpect/pexpect",
  joblib: "joblib/joblib",
  dulwich: "jelmer/dulwich",
  virtualenv: "pypa/virtualenv",
  networkx: "networkx/networkx",
  jedi: "davidhalter/jedi",
  moviepy: "Zulko/moviepy",
  loguru: "Delgan/loguru",
  paramiko: "paramiko/paramiko",
  geopandas: "geopandas/geopandas",
  bitstring: "scott-griffiths/bitstring",
  fastapi: "fastapi/fastapi",
  chardet: "chardet/chardet",
  tornado: "tornadoweb/tornado",
  prompt_toolkit: "prompt-toolkit/python-prompt-toolkit",
  attrs: "python-attrs/attrs",
  pyboy: "Baekalfen/PyBoy",
  pydantic: "pydantic/pydantic",
  fsspec: "fsspec/filesystem_spec",
  tlslite_ng: "tlsfuzzer/tlslite-ng",
  graphene: "graphql-python/graphene",
  mimesis: "lk-geimfari/mimesis",
  babel: "python-babel/babel",
  dnspython: "rthalley/dnspython",
  portalocker: "WoLpH/portalocker",
  cookiecutter: "cookiecutter/cookiecutter",
  pyjwt: "jpadilla/pyjwt",
  rsa: "sybrenstuvel/python-rsa",
  "more-itertools": "more-itertools/more-itertools",
  simpy: "simpy/simpy",
  click: "pallets/click",
  fabric: "fabric/fabric",
  jinja2: "pallets/jinja",
  sqlparse: "andialbrecht/sqlparse",
  imapclient: "mjs/imapclient",
  tinydb: "msiemens/tinydb",
  cachetools: "tkem/cachetools",
  voluptuous: "alecthomas/voluptuous",
  parsel: "scrapy/parsel",
  wcwidth: "jquast/wcwidth",
  deprecated: "tantale/deprecated",
  ansible: "ansible/ansible",
  qutebrowser: "qutebrowser/qutebrowser",
};

async function archivesOf(name: string): Promise<Release[]> {
  const archives = await releasesOf(name);
  const chosen = DATES.map((date) => archives.findLast((one) => one.uploaded < date) ?? archives[0]);
  return [...new Set(chosen.filter((one) => one !== undefined))];
}

async function functionsOf(name: string, folder: string, functions: Set<number>): Promise<void> {
  for (const release of await archivesOf(name)) {
    const archive = await downloadRelease(release, folder);
    const place = await mkdtemp(path.join(os.tmpdir(), "benchmark-functions-"));
    try {
      const source = path.join(place, "source");
      await unpack(archive, source);
      await using repository = await openRepository({ source, cache: path.join(place, "cache") });
      const project = await loadProject(repository);
      for (const { value, vendored } of await fingerprintsOf(project, await loadSyntaxes()))
        if (!vendored) functions.add(value);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
    console.error(`${release.filename}: ${functions.size} functions`);
  }
}

const folder = path.resolve(process.argv[2] ?? path.join(os.tmpdir(), "benchmark-archives"));
await mkdir(folder, { recursive: true });
const repositories: { name: string; functions: number }[] = [];
const values: Buffer[] = [];
for (const [name, repository] of Object.entries(PACKAGES)) {
  const functions = new Set<number>();
  await functionsOf(name, folder, functions);
  const bytes = Buffer.alloc(functions.size * 6);
  [...functions].sort((a, b) => a - b).forEach((value, place) => bytes.writeUIntBE(value, place * 6, 6));
  repositories.push({ name: repository, functions: functions.size });
  values.push(bytes);
}
const index = Buffer.concat([Buffer.from(`${JSON.stringify({ repositories })}\n`), ...values]);
await writeFile(path.join(import.meta.dirname, "../src/contamination/data/functions.bin"), index);
console.error(`${index.length} bytes, sha256 ${createHash("sha256").update(index).digest("hex")}`);
