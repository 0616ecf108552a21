"use strict";
/* global AbortSignal, Buffer, URL, console, exports, fetch, process, require, setTimeout */

// words of this function, and what the program puts between an alarm's meaning and its pages (templates/alarm-description.ts)
const said = require("./contract.json")[process.env.MESSAGE_LANGUAGE ?? "en"];
const { runbookMark, inSpanishMark } = said;

const attempts = 3;
const attemptTimeoutMs = 5000;
/** How long the webhook's address is remembered: a changed secret works without a new deployment. */
const rememberMs = 5 * 60 * 1000;

const signs = { ALARM: "\u{1F534}", OK: "\u{1F7E2}", INSUFFICIENT_DATA: "\u{26AA}" };
const comparisons = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: "≥",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

/** Slack reads these three as its own markup. */
const escape = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const shorten = (text, length) => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** At most three digits behind the point. */
const number = (value) => String(Math.round(Number(value) * 1000) / 1000);

/** The newest value that decided, from CloudWatch's sentence: "... 2 datapoints [97.2 (12/10/26 03:00:00), 91.0 (...)]". */
function valueOf(reason) {
  const list = /\[([^\]]*)\]/.exec(reason ?? "");
  const first = /^\s*(-?[\d.]+(?:E-?\d+)?)/i.exec(list?.[1] ?? "");
  return first === null ? undefined : number(first[1]);
}

/** The reader's own time and language, and plain UTC where Slack cannot tell. */
function when(time) {
  const date = new Date(String(time).replace(/\+0000$/, "Z"));
  if (Number.isNaN(date.getTime())) return "?";
  const utc = `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `<!date^${Math.floor(date.getTime() / 1000)}^{date_short_pretty} {time}|${utc}>`;
}

const link = (address, text) => `<${address}|${text}>`;
const section = (text) => ({ type: "section", text: { type: "mrkdwn", text: shorten(text, 2900) } });
const small = (text) => ({ type: "context", elements: [{ type: "mrkdwn", text: shorten(text, 1900) }] });
const header = (text) => ({ type: "header", text: { type: "plain_text", text: shorten(text, 150), emoji: true } });

/** A page as a link, or by its path where no address is known. */
const page = (at, text) => (at === undefined ? [] : [URL.canParse(at) ? link(at, text) : `${text}: ${escape(at)}`]);

/** What CloudWatch says of an alarm's change of state. */
function alarmMessage(alarm) {
  const state = alarm.NewStateValue;
  const name = alarm.AlarmName;
  const description = String(alarm.AlarmDescription ?? "");
  const mark = description.lastIndexOf(runbookMark);
  const meaning = mark < 0 ? description : description.slice(0, mark);
  const [runbook, inSpanish] = mark < 0 ? [] : description.slice(mark + runbookMark.length).split(inSpanishMark);
  const region = String(alarm.AlarmArn ?? "").split(":")[3] ?? "";
  const console_ = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name)}`;
  const value = valueOf(alarm.NewStateReason);
  const { ComparisonOperator, Threshold } = alarm.Trigger ?? {};
  const sign = comparisons[ComparisonOperator] ?? "";
  const limit = Threshold === undefined ? "" : `${said.limit} ${sign} ${number(Threshold)}`;
  const title = `${signs[state] ?? "❔"} ${said[state] ?? state}: ${name}`;
  const fields = [
    `*${state === "ALARM" ? said.since : said.at}*\n${when(alarm.StateChangeTime)}`,
    `*${said.value}*\n${escape([value ?? said.none, limit].filter((part) => part !== "").join(", "))}`,
  ];
  const links = [...page(runbook, said.runbook), ...page(inSpanish, said.inSpanish), link(console_, said.console)];
  return {
    text: `${title}. ${escape(meaning)}`,
    blocks: [
      header(title),
      ...(meaning === "" ? [] : [section(escape(meaning))]),
      { type: "section", fields: fields.map((text) => ({ type: "mrkdwn", text })) },
      section(links.join("  ·  ")),
      small(escape(alarm.NewStateReason ?? "")),
    ],
  };
}

/** A budget's letter, or whatever else a topic passes on. */
function plainMessage({ Subject: subject, Message: message }) {
  const title = subject ?? said.message;
  return { text: escape(title), blocks: [header(title), section(escape(message) || said.empty)] };
}

/** Slack's message for a notification of SNS. */
function format(notification) {
  try {
    const alarm = JSON.parse(notification.Message);
    if (typeof alarm?.AlarmName === "string") return alarmMessage(alarm);
  } catch {
    // no JSON: text for people
  }
  return plainMessage(notification);
}

let client;
let remembered;

/** The webhook's address; never logged. */
async function webhook(fresh) {
  if (!fresh && remembered !== undefined && Date.now() - remembered.at < rememberMs) return remembered.url;
  const { GetSecretValueCommand, SecretsManagerClient } = require("@aws-sdk/client-secrets-manager");
  client ??= new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: process.env.WEBHOOK_SECRET_ARN }));
  if (!URL.canParse(SecretString ?? "")) throw new Error("the secret holds no address");
  remembered = { at: Date.now(), url: SecretString };
  return SecretString;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function attempt(url, body) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(attemptTimeoutMs),
    });
    const text = await response.text();
    if (response.ok) return { done: true };
    const retryAfter = Number(response.headers.get("retry-after") ?? 0) * 1000;
    const again = response.status === 429 || response.status >= 500;
    // 403 and 404: the address is no longer good, perhaps the secret has a newer one
    const stale = response.status === 403 || response.status === 404 || response.status === 410;
    return {
      problem: `Slack answered ${response.status} ${shorten(text, 200)}`,
      again: again || stale,
      stale,
      retryAfter,
    };
  } catch (error) {
    // an error of fetch may name the address
    return { problem: `Slack was not reached: ${error.cause?.code ?? error.name}`, again: true };
  }
}

/** Sends one message; throws after the last attempt, upon which Lambda tries later and at last keeps the event. */
async function send(message) {
  const body = JSON.stringify(message);
  const base = Number(process.env.RETRY_MS ?? 1000);
  let fresh = false;
  let last = "";
  for (let i = 0; i < attempts; i++) {
    const result = await attempt(await webhook(fresh), body);
    if (result.done) return i + 1;
    last = result.problem;
    if (!result.again) break;
    fresh = result.stale === true;
    if (i < attempts - 1) await pause(Math.min(result.retryAfter || base * 2 ** i, 10 * base));
  }
  throw new Error(last);
}

/** Entry point: notifications of SNS. */
exports.handler = async (event) => {
  for (const { Sns: notification } of event.Records) {
    const message = format(notification);
    const tries = await send(message);
    console.log(JSON.stringify({ sent: notification.MessageId, bytes: Buffer.byteLength(message.text), tries }));
  }
};
exports.format = format;
