import { backupOf, concerns, detailOf, freshness, readReport, verdictOf } from "./health.js";
import { texts } from "./texts.js";

const REFRESH_MS = 15_000;
const TIMEOUT_MS = 10_000;
const LANGUAGE_KEY = "ai-ecosystem.language";

const byId = (id) => document.getElementById(id);
const state = { language: firstLanguage(), catalogue: null, catalogueFailed: false, report: null, asked: false };

function firstLanguage() {
  let remembered = null;
  try {
    remembered = localStorage.getItem(LANGUAGE_KEY);
  } catch {
    // storage may be forbidden; the browser's language is good enough
  }
  if (remembered === "es" || remembered === "en") return remembered;
  return navigator.language.toLowerCase().startsWith("es") ? "es" : "en";
}

const t = () => texts[state.language];
/** The visitor's own variety of the language: it decides between 14:05 and 2:05 PM. */
const locale = () => navigator.languages.find((tag) => tag.toLowerCase().startsWith(state.language)) ?? state.language;
const clock = (ms) => new Date(ms).toLocaleTimeString(locale());
const moment = (ms) => new Date(ms).toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });

/** Text in the page's language, else in any language, else the fallback. */
function localized(value, fallback) {
  const found = [value?.[state.language], value?.en, value?.es].find((text) => typeof text === "string" && text !== "");
  return found ?? fallback;
}

/** Only links to web pages: the list is data, and data must not run. */
function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed : null;
  } catch {
    return null;
  }
}

/** Writes only what differs, so that screen readers and selections are left in peace. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function useIcon(container, icon) {
  container.querySelector("use").setAttribute("href", `#icon-${icon}`);
}

/** The verdict in words; of a service of several parts also how many are ready, and whether they are being replaced. */
function wordsOf(verdict, { ready, wanted, update }) {
  const words = t().verdicts[verdict];
  const counted = verdict === "degraded" && wanted !== null ? `${words} ${t().counts(ready, wanted)}` : words;
  return update === null ? counted : `${counted}, ${t().updates[update]}`;
}

function showVerdict(status, { verdict, words }) {
  status.dataset.verdict = verdict;
  useIcon(status, verdict);
  write(status.querySelector("span"), words);
}

/** The applications as the page itself has them. */
const written = [...byId("cards").children].map((card) => {
  const link = card.querySelector("a");
  const { service: name, role, icon } = card.dataset;
  const description = { ...card.querySelector(".about").dataset };
  return { name, role, icon, url: link.href, title: { ...link.dataset }, description };
});

/** The services to show: the catalogue, else those written in the page and whatever else the health report names. */
function services() {
  if (state.catalogue !== null) return state.catalogue.services;
  const names = written.map(({ name }) => name);
  const reported =
    state.report === null ? [] : Object.keys(state.report.services).filter((name) => !names.includes(name));
  return [...written, ...reported.map((name) => ({ name, role: null }))];
}

const titleOf = (service) => localized(service.title, service.name);
const aboutOf = (service) => localized(service.description, "");
const iconOf = ({ icon }) => (typeof icon === "string" && byId(`icon-${icon}`) !== null ? icon : "app");

/** The element of each service, made when it is new, dropped when its service is gone. */
function keep(list, templateId, names) {
  const existing = new Map([...list.children].map((element) => [element.dataset.service, element]));
  for (const [name, element] of existing) if (!names.includes(name)) element.remove();
  return new Map(
    names.map((name) => {
      if (existing.has(name)) return [name, existing.get(name)];
      const element = byId(templateId).content.firstElementChild.cloneNode(true);
      element.dataset.service = name;
      list.append(element);
      return [name, element];
    }),
  );
}

function showCards(all, states) {
  const shown = all.filter((service) => service.role !== "proxy" && safeUrl(service.url) !== null);
  const cards = keep(
    byId("cards"),
    "card",
    shown.map((service) => service.name),
  );
  for (const service of shown) {
    const card = cards.get(service.name);
    const link = card.querySelector("a");
    const url = safeUrl(service.url);
    link.href = url.href;
    card.dataset.icon = iconOf(service);
    useIcon(card.querySelector(".tile"), card.dataset.icon);
    write(link, titleOf(service));
    write(card.querySelector(".host"), url.host);
    write(card.querySelector(".about"), aboutOf(service));
    showVerdict(card.querySelector(".status"), states.get(service.name));
  }
}

function showRows(all, states) {
  byId("services").hidden = !state.asked;
  const rows = keep(
    byId("rows"),
    "row",
    all.map((service) => service.name),
  );
  for (const service of all) {
    const row = rows.get(service.name);
    write(row.querySelector("h3"), titleOf(service));
    write(row.querySelector(".role"), Object.hasOwn(t().roles, service.role) ? t().roles[service.role] : "");
    write(row.querySelector(".about"), aboutOf(service));
    showVerdict(row.querySelector(".status"), states.get(service.name));
  }
}

function showBackup(fresh) {
  const backup = fresh === "fresh" ? backupOf(state.report) : null;
  byId("backup").hidden = backup === null;
  if (backup === null) return;
  const { verdict, key, time, away } = backup;
  const words = t().backup[key](time === null ? "" : moment(time));
  showVerdict(byId("backup"), { verdict, words: away === null ? words : `${words} ${t().backup.away(moment(away))}` });
}

function summaryOf(all, verdicts, fresh) {
  const say = t().summary;
  if (!state.asked) return { verdict: "unknown", sentence: t().waiting };
  if (fresh === "missing") return { verdict: "unknown", sentence: say.missing() };
  if (fresh === "stale") return { verdict: "unknown", sentence: say.stale(moment(state.report.time)) };
  const found = concerns(verdicts);
  if (found.length === 0) return { verdict: "healthy", sentence: say.healthy(all.length) };
  const titles = new Map(all.map((service) => [service.name, titleOf(service)]));
  const list = new Intl.ListFormat(locale());
  const sentences = found.map(({ group, names }) =>
    say[group](names.length, list.format(names.map((name) => titles.get(name)))),
  );
  return { verdict: found[0].verdict, sentence: sentences.join(" ") };
}

function showHealth() {
  const all = services();
  const fresh = freshness(state.report, Date.now());
  const states = new Map(
    all.map(({ name }) => {
      if (fresh !== "fresh") return [name, { verdict: "unknown", words: t().verdicts.unknown }];
      const verdict = verdictOf(state.report, name);
      return [name, { verdict, words: wordsOf(verdict, detailOf(state.report, name)) }];
    }),
  );
  const verdicts = new Map([...states].map(([name, { verdict }]) => [name, verdict]));
  const { verdict, sentence } = summaryOf(all, verdicts, fresh);
  byId("summary").dataset.verdict = verdict;
  useIcon(byId("summary"), verdict);
  write(byId("sentence"), sentence);
  write(byId("when"), fresh === "fresh" ? `${t().updated} ${clock(state.report.time)}` : "");
  showCards(all, states);
  showRows(all, states);
  showBackup(fresh);
}

function showTexts() {
  document.documentElement.lang = state.language;
  for (const element of document.querySelectorAll("[data-text]:not([role=status])"))
    write(element, t()[element.dataset.text]);
  for (const element of document.querySelectorAll("[data-label]"))
    element.setAttribute("aria-label", t()[element.dataset.label]);
  for (const button of byId("languages").children) {
    button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
  }
  const stack = state.catalogue?.stack ?? "";
  document.title = stack === "" ? t().heading : `${stack} · ${t().heading}`;
  write(byId("stack"), stack);
  write(byId("release"), state.catalogue?.release ? `${t().release} ${state.catalogue.release}` : "");
  // a name that a shell would take for more than a name is not shown in a command
  if (/^[\w.-]+$/.test(stack)) write(byId("command-stack"), stack);
  const topology = state.catalogue?.topology ?? "host";
  for (const element of document.querySelectorAll("[data-topology]"))
    element.hidden = element.dataset.topology !== topology;
  byId("notice").hidden = !state.catalogueFailed;
  write(byId("notice"), state.catalogueFailed ? t().noServices : "");
}

function show() {
  showTexts();
  showHealth();
}

async function getJson(path) {
  const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  // what a cache hands out has the date at which it was fetched, and how long that was ago
  const age = Number(response.headers.get("age") ?? 0) * 1000;
  return { body: await response.json(), date: Date.parse(response.headers.get("date") ?? "") + age };
}

/** A bad answer keeps the last good list: the services are still there. */
async function refreshCatalogue() {
  try {
    const { body } = await getJson("/services.json");
    const listed = body.services.filter((service) => typeof service?.name === "string");
    const unique = [...new Map(listed.map((service) => [service.name, service])).values()];
    state.catalogue = {
      stack: String(body.stack ?? ""),
      release: String(body.release ?? ""),
      topology: body.topology === "fargate" ? "fargate" : "host",
      services: unique,
    };
  } catch {
    state.catalogueFailed = state.catalogue === null;
    return;
  }
  state.catalogueFailed = false;
}

/** A bad answer forgets the last report: old health is not health. */
async function refreshReport() {
  try {
    const { body, date } = await getJson("/health.json");
    const now = Date.now();
    state.report = readReport(body, Number.isNaN(date) ? now : date, now);
  } catch {
    state.report = null;
  }
  state.asked = true;
}

async function refresh() {
  await Promise.all([refreshCatalogue(), refreshReport()]);
  show();
}

for (const button of byId("languages").children) {
  button.addEventListener("click", () => {
    state.language = button.dataset.language;
    try {
      localStorage.setItem(LANGUAGE_KEY, state.language);
    } catch {
      // not remembered, still switched
    }
    show();
  });
}
byId("languages").hidden = false;

// A page that was in the background first admits that its news is old, then asks again.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  showHealth();
  void refresh();
});
setInterval(() => {
  if (document.visibilityState === "visible") void refresh();
}, REFRESH_MS);
show();
void refresh();
