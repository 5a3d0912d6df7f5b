import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execFileAsync = promisify(execFile);

/** Runs a program to its end; milliseconds. @throws Error when it fails. */
export async function timed(program: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  await execFileAsync(program, args, { maxBuffer: 1 << 28 });
  return performance.now() - start;
}

/** What people do without a sandbox: a clone that borrows its objects, with the files checked out. */
export function clone(gitDirectory: string, target: string): Promise<number> {
  return timed("git", ["clone", "-q", "--shared", gitDirectory, target]);
}

/** How to start a container here, or why there is none. */
export type Containers = { readonly start: () => Promise<number> } | { readonly missing: string };

/** Any image does that has `true`: `HYBRID_GYM_BENCH_IMAGE`, or the first that podman has. */
export async function findContainers(): Promise<Containers> {
  try {
    const { stdout } = await execFileAsync("podman", ["images", "-q"]);
    const image = process.env["HYBRID_GYM_BENCH_IMAGE"] ?? stdout.split("\n")[0] ?? "";
    if (image === "") return { missing: "podman has no image" };
    // Limits of its own, since the defaults are above what an unprivileged machine may set.
    const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"];
    const args = ["run", "--rm", "--network", "none", "--read-only", ...limits, image, "true"];
    await timed("podman", args);
    return { start: () => timed("podman", args) };
  } catch (error) {
    return { missing: error instanceof Error ? error.message.trim().split("\n").slice(-1).join("") : "?" };
  }
}
