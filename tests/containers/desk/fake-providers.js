"use strict";
// The wire formats of the LLM providers, as far as the assistant meets them. Of each: `wrong`, what its API refuses of a request, in
// words; `reply`, an answer of the model; `error`, the body of an error; `refusal`, how it declines to answer: status and body.
//   OpenAI      https://platform.openai.com/docs/api-reference/chat
//   Anthropic   https://platform.claude.com/docs/en/api/messages, and what is new with the model: …/docs/en/models/sonnet-5/migration-guide
//   Google      https://ai.google.dev/api/generate-content
//   OpenRouter  https://openrouter.ai/docs/api/api-reference/chat, https://openrouter.ai/docs/api/reference/errors-and-debugging

/** The first of `rules`, words -> whether it is so, that is not; what a request lacks is a fault as well. */
function broken(call, rules) {
  try {
    const body = JSON.parse(call.body);
    return Object.entries(rules).find(([, holds]) => !holds(call, body))?.[0];
  } catch (error) {
    return error.message;
  }
}
const post = (path) => (call) => call.method === "POST" && new URL(call.url, "http://x").pathname === path;
const texts = (messages) =>
  messages.length > 1 &&
  messages.every(({ role, content }) => ["system", "developer", "user"].includes(role) && content.length > 0);

const completion = (model, more, message, finish) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1764500000,
  model,
  choices: [{ index: 0, logprobs: null, ...more, message: { role: "assistant", ...message }, finish_reason: finish }],
  usage: { prompt_tokens: 900, completion_tokens: 120, total_tokens: 1020 },
});

const openai = {
  wrong: (call) =>
    broken(call, {
      "not found": post("/openai/v1/chat/completions"),
      "Incorrect API key provided": ({ headers }) => headers.authorization === "Bearer key-of-openai",
      "you must provide a model parameter": (_, { model }) => model === "gpt-5.4-mini",
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.": (
        _,
        given,
      ) => !("max_tokens" in given) && given.max_completion_tokens > 0,
      "Unsupported value: 'temperature'. Only the default (1) value is supported.": (_, { temperature = 1 }) =>
        temperature === 1,
      "Invalid value for 'messages'": (_, { messages }) => texts(messages),
    }),
  reply: (content) => completion("gpt-5.4-mini-2026-03-17", {}, { content, refusal: null, annotations: [] }, "stop"),
  error: (status, message) => ({
    error: { message, type: status < 500 ? "invalid_request_error" : "server_error", param: null, code: null },
  }),
  refusal: () => [
    200,
    completion("gpt-5.4-mini-2026-03-17", {}, { content: null, refusal: "I can't help with that." }, "stop"),
  ],
};

const message = (content, stop) => ({
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-5",
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: 900, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 120 },
});

const anthropic = {
  wrong: (call) =>
    broken(call, {
      "Not Found": post("/anthropic/v1/messages"),
      "invalid x-api-key": ({ headers }) => headers["x-api-key"] === "key-of-anthropic",
      "anthropic-version: header is required": ({ headers }) => headers["anthropic-version"] === "2023-06-01",
      "model: field required": (_, { model }) => model === "claude-sonnet-5",
      "max_tokens: field required": (_, given) => given.max_tokens > 0,
      // of this model: what is not the default is refused
      "temperature, top_p, top_k: not supported by this model": (_, { temperature = 1, top_p = 1, top_k }) =>
        temperature === 1 && top_p === 1 && top_k === undefined,
      "thinking.type: adaptive or disabled": (_, { thinking }) =>
        ["adaptive", "disabled", undefined].includes(thinking?.type),
      "messages: a conversation begins with the user": (_, { messages, system }) =>
        messages[0].role === "user" && messages.every(({ role }) => role !== "system") && system.length > 0,
    }),
  // what it thought comes before the text, and counts as output; it thinks unless it is told not to
  reply: (text, { body }) =>
    message(
      [
        ...(JSON.parse(body).thinking?.type === "disabled"
          ? []
          : [{ type: "thinking", thinking: "", signature: "EqQBCgIYAhIM" }]),
        { type: "text", text },
      ],
      "end_turn",
    ),
  error: (status, text) => ({
    type: "error",
    error: { type: status < 500 ? "invalid_request_error" : "api_error", message: text },
    request_id: "req_011",
  }),
  refusal: () => [200, message([], "refusal")],
};

const generated = (more) => ({
  ...more,
  usageMetadata: { promptTokenCount: 900, candidatesTokenCount: 120, thoughtsTokenCount: 60, totalTokenCount: 1080 },
  modelVersion: "gemini-3.1-flash-lite",
  responseId: "1",
});

const google = {
  wrong: (call) =>
    broken(call, {
      "The requested URL was not found": post("/google/v1beta/models/gemini-3.1-flash-lite:generateContent"),
      "API key not valid. Please pass a valid API key.": ({ headers, url }) =>
        (headers["x-goog-api-key"] ?? new URL(url, "http://x").searchParams.get("key")) === "key-of-google",
      "contents is not specified": (_, { contents }) =>
        contents.length > 0 && contents.every(({ role, parts }) => role === "user" && parts.length > 0),
      "systemInstruction is not specified": (_, { systemInstruction }) => systemInstruction.parts.length > 0,
      "maxOutputTokens must be positive": (_, { generationConfig }) => generationConfig.maxOutputTokens > 0,
    }),
  reply: (text) =>
    generated({
      candidates: [
        {
          content: { role: "model", parts: [{ text, thoughtSignature: "EjQKMgE" }] },
          finishReason: "STOP",
          index: 0,
        },
      ],
    }),
  error: (status, text) => ({
    error: { code: status, message: text, status: status < 500 ? "INVALID_ARGUMENT" : "INTERNAL" },
  }),
  // without a candidate
  refusal: () => [200, generated({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } })],
};

const openrouter = {
  wrong: (call) =>
    broken(call, {
      "Not Found": post("/openrouter/v1/chat/completions"),
      "No auth credentials found": ({ headers }) => headers.authorization === "Bearer key-of-openrouter",
      "is not a valid model ID": (_, { model }) => model === "openai/gpt-5.4-mini",
      "max_tokens must be positive": (_, given) => (given.max_tokens ?? given.max_completion_tokens) > 0,
      "Input required: messages": (_, { messages }) => texts(messages),
    }),
  reply: (content) => ({
    ...completion(
      "openai/gpt-5.4-mini",
      { native_finish_reason: "completed" },
      { content, refusal: null, reasoning: null },
      "stop",
    ),
    id: "gen-1764500000-x",
    provider: "OpenAI",
  }),
  error: (status, text) => ({ error: { code: status, message: text, metadata: {} } }),
  // what goes wrong once the model has begun comes with 200
  refusal: () => [
    200,
    { error: { code: 502, message: "Provider returned error", metadata: { provider_name: "OpenAI" } } },
  ],
};

module.exports = { openai, anthropic, google, openrouter };
