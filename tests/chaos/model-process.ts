import { BEHAVIOURS, startService } from "./model-service.ts";

/**
 * The service as a process of its own, to be killed: says where it is, and each request that it has got.
 *
 * node tests/chaos/model-process.ts BEHAVIOUR [PORT]
 */
const [wanted, port] = process.argv.slice(2);
const behaviour = BEHAVIOURS.find((name) => name === wanted) ?? "answers";
const service = await startService(behaviour, {
  ...(port === undefined ? {} : { port: Number(port) }),
  onRequest: (number) => void process.stdout.write(`request ${number}\n`),
});
process.stdout.write(`${service.url}\n`);
