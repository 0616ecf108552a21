"use strict";
// Prints the credentials of the starter flow as `n8n import:credentials` takes them. Secrets come from the environment,
// so they are in no process list. n8n encrypts `data` when it imports it.

const env = process.env;
const required = (name) => {
  if (!env[name]) {
    console.error(`n8n-import: ${name} is not set`);
    process.exit(1);
  }
  return env[name];
};

const credentials = [
  {
    id: "ecosystemBotToken",
    name: "Chatwoot bot token",
    type: "httpHeaderAuth",
    // The hyphenated form passes load balancers that drop headers with underscores; Rack reads both alike.
    data: { name: "Api-Access-Token", value: required("CHATWOOT_BOT_TOKEN") },
  },
  {
    id: "ecosystemBotSecret",
    name: "Chatwoot bot secret",
    type: "crypto",
    data: { hmacSecret: required("CHATWOOT_BOT_SECRET") },
  },
];

if (env.DATA_API_TOKEN) {
  credentials.push({
    id: "ecosystemBridge",
    name: "Data bridge",
    type: "httpHeaderAuth",
    data: { name: "Authorization", value: `Bearer ${env.DATA_API_TOKEN}` },
  });
}

if (env.N8N_SMTP_HOST) {
  const [secure, startTls] = [env.N8N_SMTP_SSL === "true", env.N8N_SMTP_STARTTLS === "true"];
  credentials.push({
    id: "ecosystemSmtp",
    name: "Mail (stack)",
    type: "smtp",
    data: {
      user: env.N8N_SMTP_USER ?? "",
      password: env.N8N_SMTP_PASS ?? "",
      host: env.N8N_SMTP_HOST,
      port: Number(env.N8N_SMTP_PORT),
      secure,
      disableStartTls: !secure && !startTls,
    },
  });
}

// `*_BASE_URL` is for a gateway or a compatible server in place of the provider's own.
const providers = [
  {
    prefix: "OPENAI",
    id: "ecosystemOpenAi",
    name: "OpenAI (stack)",
    type: "openAiApi",
    urlField: "url",
    url: "https://api.openai.com/v1",
  },
  {
    prefix: "ANTHROPIC",
    id: "ecosystemAnthropic",
    name: "Anthropic (stack)",
    type: "anthropicApi",
    urlField: "url",
    url: "https://api.anthropic.com",
  },
  {
    prefix: "GOOGLE",
    id: "ecosystemGoogle",
    name: "Google Gemini (stack)",
    type: "googlePalmApi",
    urlField: "host",
    url: "https://generativelanguage.googleapis.com",
  },
  {
    prefix: "OPENROUTER",
    id: "ecosystemOpenRouter",
    name: "OpenRouter (stack)",
    type: "openRouterApi",
    urlField: "url",
    url: "https://openrouter.ai/api/v1",
  },
];
for (const { prefix, id, name, type, urlField, url } of providers) {
  const apiKey = env[`${prefix}_API_KEY`];
  if (!apiKey) continue;
  credentials.push({ id, name, type, data: { apiKey, [urlField]: env[`${prefix}_BASE_URL`] || url } });
}

process.stdout.write(JSON.stringify(credentials));
