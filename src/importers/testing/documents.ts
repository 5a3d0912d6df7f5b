import type { Json } from "../../base/json.ts";

/** One document of each format, written for these tests in the shapes that the programs write. */
const usage = { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105 };
const bashTool = {
  type: "function",
  function: { name: "bash", description: "Runs a command", parameters: { type: "object" } },
};

const response = {
  id: "gen-1",
  model: "teacher-0901",
  choices: [
    {
      finish_reason: "tool_calls",
      message: {
        role: "assistant",
        content: "Looking.",
        tool_calls: [
          {
            index: 0,
            id: "c1",
            type: "function",
            function: { name: "bash", arguments: '{"command":"ls"}' },
          },
        ],
      },
    },
  ],
  usage,
};
const called = {
  function_name: "bash",
  tool_call_id: "c1",
  model_response: response,
  total_calls_in_response: 1,
};

export const openhandsRow: Json = {
  instance_id: "o__r-1",
  instruction: "Fix it",
  test_result: { git_patch: "diff --git a/x b/x\n", report: { resolved: true } },
  metadata: { llm_config: { model: "teacher", temperature: 0, base_url: "http://x" }, max_iterations: 50 },
  instance: { instance_id: "o__r-1", repo: "o/r", base_commit: "abc" },
  metrics: {
    accumulated_cost: 0.25,
    accumulated_token_usage: { prompt_tokens: 100, completion_tokens: 5, cache_read_tokens: 0 },
  },
  error: null,
  history: [
    {
      id: 0,
      timestamp: "2026-01-02T10:00:00.000000",
      source: "agent",
      action: "system",
      message: "You can act.",
      args: { content: "You can act.", tools: [bashTool], openhands_version: "0.35.0" },
    },
    {
      id: 1,
      timestamp: "2026-01-02T10:00:01.000000",
      source: "user",
      action: "message",
      message: "Fix it",
      args: { content: "Fix it" },
    },
    {
      id: 2,
      timestamp: "2026-01-02T10:00:02.000000",
      source: "user",
      action: "recall",
      message: "",
      args: { query: "Fix it" },
    },
    {
      id: 3,
      timestamp: "2026-01-02T10:00:03.000000",
      source: "agent",
      action: "run",
      message: "Running command: ls",
      args: { command: "ls", thought: "Looking.", cwd: "/w" },
      tool_call_metadata: called,
    },
    {
      id: 4,
      timestamp: "2026-01-02T10:00:04.000000",
      source: "agent",
      observation: "run",
      cause: 3,
      message: "Command executed",
      content: "a.py",
      extras: { command: "ls", metadata: { exit_code: 0, prefix: "", suffix: "\n[exit code 0]" } },
      tool_call_metadata: called,
    },
    {
      id: 5,
      timestamp: "2026-01-02T10:00:05.000000",
      source: "agent",
      action: "finish",
      message: "Done",
      args: { final_thought: "Done" },
      tool_call_metadata: {
        function_name: "finish",
        tool_call_id: "c2",
        total_calls_in_response: 1,
        model_response: {
          id: "gen-2",
          choices: [
            {
              message: {
                role: "assistant",
                content: "Done",
                tool_calls: [{ id: "c2", type: "function", function: { name: "finish", arguments: "{}" } }],
              },
            },
          ],
        },
      },
    },
  ],
};

const text = (value: string): Json => [{ type: "text", text: value }];
const action = (id: string, call: string, answer: string, args: { command: string }): Json => ({
  kind: "ActionEvent",
  id,
  timestamp: "2026-01-02T10:00:02.000000",
  source: "agent",
  thought: text("Looking."),
  reasoning_content: null,
  thinking_blocks: [],
  action: { kind: "TerminalAction", ...args, is_input: false },
  tool_name: "terminal",
  tool_call_id: call,
  tool_call: { id: call, name: "terminal", arguments: JSON.stringify(args), origin: "completion" },
  llm_response_id: answer,
});
const observation = (id: string, of: string, call: string, content: string): Json => ({
  kind: "ObservationEvent",
  id,
  timestamp: "2026-01-02T10:00:03.000000",
  source: "environment",
  tool_name: "terminal",
  tool_call_id: call,
  action_id: of,
  observation: { kind: "TerminalObservation", content: text(content), is_error: false, exit_code: 0 },
});

export const sdkRow: Json = {
  instance_id: "o__r-1",
  attempt: 1,
  instruction: "Fix it",
  test_result: { git_patch: "diff --git a/x b/x\n" },
  metadata: { llm: { model: "teacher", temperature: 0 }, openhands_sdk_version: "1.17.0" },
  metrics: {
    accumulated_cost: 0.5,
    token_usages: [
      { response_id: "r1", model: "teacher", prompt_tokens: 90, completion_tokens: 7, cache_read_tokens: 30 },
      {
        response_id: "r2",
        model: "teacher",
        prompt_tokens: 120,
        completion_tokens: 4,
        cache_read_tokens: 90,
      },
    ],
  },
  error: null,
  instance: { repo: "o/r", base_commit: "abc" },
  history: [
    {
      kind: "ConversationStateUpdateEvent",
      id: "s",
      timestamp: "2026-01-02T10:00:00.000000",
      source: "environment",
      key: "full_state",
      value: {},
    },
    {
      kind: "SystemPromptEvent",
      id: "p",
      timestamp: "2026-01-02T10:00:00.000000",
      source: "agent",
      system_prompt: { type: "text", text: "You can act." },
      tools: [{ kind: "TerminalTool", title: "terminal", description: "Runs a command" }],
      dynamic_context: null,
    },
    {
      kind: "MessageEvent",
      id: "u",
      timestamp: "2026-01-02T10:00:01.000000",
      source: "user",
      llm_message: { role: "user", content: text("Fix it"), tool_calls: null },
    },
    action("a1", "c1", "r1", { command: "ls" }),
    action("a2", "c2", "r1", { command: "pwd" }),
    observation("o1", "a1", "c1", "a.py"),
    observation("o2", "a2", "c2", "/w"),
    action("a3", "c3", "r2", { command: "cat" }),
    {
      kind: "AgentErrorEvent",
      id: "e",
      timestamp: "2026-01-02T10:00:05.000000",
      source: "agent",
      tool_name: "terminal",
      tool_call_id: "c3",
      error: "no such tool",
    },
  ],
};

export const traj: Json = {
  environment: "o__r-1",
  trajectory: [
    {
      action: "ls",
      observation: "a.py",
      response: "Looking.",
      thought: "Looking.",
      execution_time: 0.1,
      state: { working_dir: "/w" },
    },
    {
      action: "submit",
      observation: "diff",
      response: "Done.",
      thought: "Done.",
      execution_time: 0.1,
      state: {},
    },
  ],
  history: [
    { role: "system", content: "You can act.", agent: "main", message_type: "system_prompt" },
    { role: "user", content: text("Fix it"), agent: "main", message_type: "observation" },
    {
      role: "assistant",
      content: "Looking.",
      thought: "Looking.",
      action: "ls",
      agent: "main",
      message_type: "action",
      tool_calls: [{ id: "c1", type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } }],
    },
    {
      role: "tool",
      content: text("OBSERVATION:\na.py"),
      agent: "main",
      message_type: "observation",
      tool_call_ids: ["c1"],
    },
    {
      role: "assistant",
      content: "Done.",
      thought: "Done.",
      action: "submit",
      agent: "main",
      message_type: "action",
      tool_calls: [{ id: "c2", type: "function", function: { name: "submit", arguments: "{}" } }],
    },
  ],
  info: {
    exit_status: "submitted",
    submission: "diff --git a/x b/x\n",
    swe_agent_version: "1.0.1",
    model_stats: { instance_cost: 0.1, tokens_sent: 200, tokens_received: 9, api_calls: 2 },
  },
};

export const miniTrajectory: Json = {
  trajectory_format: "mini-swe-agent-1.1",
  info: {
    mini_version: "2.3.0",
    exit_status: "Submitted",
    submission: "diff --git a/x b/x\n",
    model_stats: { instance_cost: 0.2, api_calls: 1 },
    config: { model: { model_name: "teacher", model_kwargs: { temperature: 0 } }, agent: { step_limit: 9 } },
  },
  messages: [
    { role: "system", content: "You can act." },
    { role: "user", content: "Fix it" },
    {
      role: "assistant",
      content: "Looking.",
      tool_calls: [{ id: "c1", type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } }],
      extra: {
        actions: [{ command: "ls", tool_call_id: "c1" }],
        response: { model: "teacher-0901", usage, choices: [{ finish_reason: "tool_calls" }] },
        timestamp: 1780680349.5,
        cost: 0.2,
      },
    },
    {
      role: "tool",
      tool_call_id: "c1",
      content: "<returncode>0</returncode>\n<output>\na.py\n</output>",
      extra: { returncode: 0, raw_output: "a.py", timestamp: 1780680350 },
    },
    { role: "exit", content: "diff", extra: { exit_status: "Submitted", submission: "diff" } },
  ],
};

export const chatRow: Json = {
  instance_id: "o__r-1",
  attempt_id: "o__r-1.1.1",
  resolved: true,
  reward: 1,
  model: "teacher",
  agent: "loop@1.2.0",
  messages: [
    { role: "system", content: "You can act." },
    { role: "user", content: "Fix it" },
    {
      role: "assistant",
      content: "Looking.",
      tool_calls: [{ id: "c1", type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } }],
    },
    { role: "tool", tool_call_id: "c1", name: "bash", content: "a.py" },
    { role: "assistant", content: "Done." },
  ],
  tools: [bashTool],
};

export const rollout: Json = {
  responses_create_params: {
    input: [
      { type: "message", role: "system", content: "You can act." },
      { role: "user", content: "Fix it" },
    ],
    tools: [
      { type: "function", name: "bash", description: "Runs a command", parameters: { type: "object" } },
    ],
    temperature: 0.5,
    tool_choice: "auto",
  },
  response: {
    id: "resp",
    model: "teacher",
    output: [
      { type: "reasoning", id: "rs", summary: [{ type: "summary_text", text: "Hm." }] },
      {
        type: "message",
        role: "assistant",
        id: "m",
        content: [{ type: "output_text", text: "Looking.", annotations: [] }],
      },
      { type: "function_call", call_id: "c1", name: "bash", arguments: '{"command":"ls"}', id: "c1" },
      { type: "function_call_output", call_id: "c1", output: "a.py" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Done." }] },
    ],
    usage: { input_tokens: 100, output_tokens: 5, total_tokens: 105 },
  },
  reward: 1,
  instance_id: "o__r-1",
  agent_ref: { name: "pi" },
};

export const atifDocument: Json = {
  schema_version: "ATIF-v1.6",
  session_id: "s1",
  agent: { name: "terminus", version: "2", model_name: "teacher", tool_definitions: [bashTool] },
  steps: [
    { step_id: 1, timestamp: "2026-01-02T10:00:00Z", source: "user", message: "Fix it" },
    {
      step_id: 2,
      source: "agent",
      message: "Looking.",
      reasoning_content: "Hm.",
      tool_calls: [{ tool_call_id: "c1", function_name: "bash", arguments: { command: "ls" } }],
      observation: { results: [{ source_call_id: "c1", content: "a.py" }] },
      metrics: { prompt_tokens: 100, completion_tokens: 5, cost_usd: 0.1 },
    },
    { step_id: 3, source: "agent", message: "Done." },
  ],
  final_metrics: { total_prompt_tokens: 100, total_completion_tokens: 5, total_cost_usd: 0.1 },
};
