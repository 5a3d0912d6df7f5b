import { Option } from "commander";

export function endpointOption(): Option {
  return new Option("--endpoint <url>", "of another hub; the Hugging Face hub when left out").env(
    "HF_ENDPOINT",
  );
}

/** From the environment alone: what stands on a command line is seen by everyone on the machine. */
export function tokenOf(environment: NodeJS.ProcessEnv): string | undefined {
  const token = environment["HF_TOKEN"]?.trim();
  return token === "" ? undefined : token;
}
