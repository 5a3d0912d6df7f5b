/** The recording endpoint before the service that is named; its record goes into the folder that is named. */
import path from "node:path";
import { openEndpoint } from "../../src/endpoint/server.ts";

const [baseUrl = "", folder = ""] = process.argv.slice(2);
const endpoint = await openEndpoint({
  upstream: { kind: "service", api: "openai", baseUrl },
  listen: { host: "127.0.0.1", port: 0 },
});
await endpoint.openSession("s", path.join(folder, "exchanges.jsonl.gz"));
console.log(`${endpoint.url}/s`);
