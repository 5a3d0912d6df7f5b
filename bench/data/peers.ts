import { existsSync } from "node:fs";
import path from "node:path";

/** A published script over the same rows, as it lies in a checkout of its repository. */
export interface Peer {
  readonly command: (input: string, out: string) => readonly string[];
}

/** With what the scripts import: pydantic, tqdm and PyYAML. */
const PYTHON = process.env["HYBRID_GYM_BENCH_PYTHON"] ?? "python3";

/** The Agent Data Protocol's two scripts for SWE-smith's rows in a pipe, as its documentation runs them. Undefined without the checkout. */
export function agentDataProtocol(): Peer | undefined {
  const folder = checkout("HYBRID_GYM_BENCH_ADP", "agents/sweagent/std_to_sft.py");
  if (folder === undefined) return undefined;
  const script =
    'set -o pipefail; cd "$1"; export MY_DATASET=swe-smith PYTHONPATH="$1"; ' +
    '"$2" datasets/swe-smith/raw_to_standardized.py < "$3" | "$2" agents/sweagent/std_to_sft.py > "$4"';
  return { command: (input, out) => ["bash", "-c", script, "bash", folder, PYTHON, input, out] };
}

/** SWE-smith's script for a list of `.traj` files. Undefined without the checkout. */
export function sweSmith(): Peer | undefined {
  const folder = checkout("HYBRID_GYM_BENCH_SWE_SMITH", "swesmith/train/traj_mgr/transform_to_ft_list.py");
  if (folder === undefined) return undefined;
  const script =
    'cd "$1"; exec "$2" -m swesmith.train.traj_mgr.transform_to_ft_list --traj_list "$3" --out_path "$4" 2> /dev/null';
  return { command: (list, out) => ["bash", "-c", script, "bash", folder, PYTHON, list, out] };
}

function checkout(variable: string, file: string): string | undefined {
  const folder = process.env[variable];
  if (folder !== undefined && existsSync(path.join(folder, file))) return path.resolve(folder);
  console.error(`peer not measured: ${variable} names no checkout with ${file}`);
  return undefined;
}
