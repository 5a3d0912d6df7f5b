import type { Tool } from "../tool.ts";
import { bashTool } from "./bash.ts";
import { editorTool } from "./editor/editor.ts";
import { finishTool } from "./finish.ts";
import { thinkTool } from "./think.ts";

/** What an agent has when nothing else is asked for. */
export const standardTools: readonly Tool[] = [bashTool, editorTool, thinkTool, finishTool];
