import type { Migration } from "../base/format-version.ts";

/** Format 1 had one family, and clusters and refusals were not known. */
export const manifestMigrations: Readonly<Record<number, Migration>> = {
  1: ({ task, grader_version, options, repositories, ...rest }) => {
    const { per_repository, ...knobs } = (options ?? {}) as Record<string, unknown>;
    const { eligible, examined, instances, rejected, yield: share } = rest;
    return {
      ...rest,
      tasks: {
        [String(task)]: {
          grader_version,
          options: knobs,
          per_repository,
          eligible,
          examined,
          instances,
          rejected,
          yield: share,
        },
      },
      repositories: (repositories as Record<string, unknown>[]).map((one) => ({
        ...one,
        functions: 0,
        cluster: one["name"],
        tasks: {
          [String(task)]: {
            eligible: one["eligible"],
            examined: one["examined"],
            instances: one["instances"],
            abandoned: false,
          },
        },
      })),
      refused: [],
      contaminated: true,
      effective_repositories: null,
      splits: null,
    };
  },
};
