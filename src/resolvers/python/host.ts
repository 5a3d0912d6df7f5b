import { serve } from "../shared/serve.ts";
import { PythonProject } from "./project.ts";

/** The entry of the process in which pyright runs. */
serve((folder) => new PythonProject(folder));
