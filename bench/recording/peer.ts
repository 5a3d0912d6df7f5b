/** A plain reverse proxy before the service that is named. */
import { Agent, createServer } from "node:http";
import { createProxyServer } from "http-proxy-3";
import { announce } from "./process.ts";

const [target = ""] = process.argv.slice(2);
const proxy = createProxyServer({ target, agent: new Agent({ keepAlive: true }) });
announce(createServer((request, response) => void proxy.web(request, response)));
