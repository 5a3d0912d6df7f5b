import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Certificates {
  /** File of the authority's certificate, for NODE_EXTRA_CA_CERTS. */
  readonly authority: string;
  readonly key: string;
  readonly certificate: string;
}

/** A private authority and a certificate of it for `localhost`, made by the program `openssl`. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  await writeFile(file("extensions"), "subjectAltName=DNS:localhost\n");
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout"];
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Test authority",
  );
  await openssl("req", ...newKey, "server.key", "-out", "server.csr", "-subj", "/CN=localhost");
  const authority = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
  const signed = ["-out", "server.pem", "-days", "2", "-extfile", "extensions"];
  await openssl("x509", "-req", "-in", "server.csr", ...authority, ...signed);
  return {
    authority: file("ca.pem"),
    key: await readFile(file("server.key"), "utf8"),
    certificate: await readFile(file("server.pem"), "utf8"),
  };
}
