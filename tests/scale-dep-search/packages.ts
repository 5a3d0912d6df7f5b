import type { PinnedPackage } from "../../src/commands/demo-source.ts";

/** Code bases of many styles, as wheels on PyPI. */
export const PACKAGES: readonly PinnedPackage[] = [
  ["click", "8.3.1", "981153a64e25f12d547d3426c367a4857371575ee7ad18df2a6183ab0545b2a6"],
  ["flask", "3.1.2", "ca1d8112ec8a6158cc29ea4858963350011b5c846a414cdb7a954aa9e967d03c"],
  ["httpx", "0.28.1", "d909fcccc110f8c7faf814ca82a9a4d816bc5a6dbfea25d6591d6985b8ba59ad"],
  ["requests", "2.32.5", "2462f94637a34fd532264295e186976db0f5d453d1cdd31473c85a6a161affb6"],
  ["sympy", "1.14.0", "e091cc3e99d2141a0ba2847328f5479b05d94a6635cb96148ccb3f34671bd8f5"],
  ["dask", "2026.8.0", "ccc0c83a189b0398602435189771d28dad7b5773b6089bb8dce14ae732dd782c"],
  ["networkx", "3.5", "0030d386a9a06dee3565298b4a734b68589749a544acbb6c412dc9e2489ec6ec"],
  ["rich", "14.2.0", "76bc51fe2e57d2b1be1f96c524b890b816e334ab4c1e45888799bfaab0021edd"],
  ["werkzeug", "3.1.3", "54b78bf3716d19a65be4fceccc0d1d7b89e608834989dfae50ea87564639213e"],
].map(([name = "", version = "", sha256 = ""]) => ({ name, version, sha256 }));
