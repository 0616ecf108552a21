import type { Context } from "../model/context";

export type AssistantLimits = Context["assistant"];

const rows: readonly (readonly [string, string, string])[] = [
  ["on", "yes", "no: the assistant answers nobody, every conversation goes to people · no: no responde a nadie"],
  [
    "company",
    "",
    "What the assistant knows beside the help centre: hours, prices, policies · Lo que sabe además del centro de ayuda",
  ],
  ["tone", "friendly, short, no jargon", "How it writes · Cómo escribe"],
  ["never", "legal, medical or tax advice", "What it leaves to people · Lo que deja a las personas"],
  ["links", "", "Sites that replies may name beside the help centre, e.g. acme.com · Sitios que puede nombrar"],
  [
    "handover_es",
    "Gracias. Le paso con una persona del equipo, que le responderá aquí en cuanto pueda.",
    "What a customer reads when a person takes over, in Spanish; say when you are there · Diga cuándo atienden",
  ],
  [
    "handover_en",
    "Thank you. I am passing you to a colleague, who will answer you here as soon as possible.",
    "The same in English, and in all other languages that the model has no line for",
  ],
  ["digest_to", "", "Who gets the mail of every morning; empty: the administrator · Quién recibe el correo diario"],
  ["digest_language", "en", "Language of the mail of every morning: en or es · Idioma del correo diario: en o es"],
  ["quiet_seconds", "5", "It waits that long for more of the customer, 0 to 30 · Segundos de espera"],
  ["idle_hours", "24", "Silent that long after its answer, a conversation is resolved; 0: never, 160 at most · Horas"],
  ["daily_answers", "", "Fewer answers a day than the stack allows; empty: as many · Máximo al día"],
  ["contact_answers_per_hour", "", "Fewer for one contact within an hour; empty: as many · Máximo por contacto y hora"],
  ["conversation_answers", "", "Fewer in one conversation; empty: as many · Máximo por conversación"],
];

export const assistantDefaults: Readonly<Record<string, string>> = Object.fromEntries(
  rows.map(([setting, value]) => [setting, value]),
);
export const assistantSeeds = rows.map(([setting, value, about]) => ({ setting, value, about }));

/** Why a conversation goes to people, code -> what the team reads. */
export const handOverReasons = {
  off: "The assistant is switched off (assistant_settings: on). · El asistente está apagado.",
  audio: "A voice message (audio): the assistant cannot listen. · Un mensaje de voz (audio): no puede escucharlo.",
  attachment: "An attachment, which the assistant cannot read. · Un adjunto que el asistente no puede leer.",
  empty: "There is no text to answer. · No hay texto que responder.",
  "conversation-limit":
    "It has answered here as often as it may (limit of answers per conversation). · Límite de respuestas por conversación.",
  "contact-limit":
    "This contact has had as many answers in an hour as allowed. · Límite de respuestas por contacto y hora.",
  "day-limit": "The answers of the day are used up (limit per day). · Se han agotado las respuestas del día.",
  "no-key":
    "No LLM key is configured, so the assistant cannot answer. · No hay ninguna clave de LLM configurada, así que no puede responder.",
  asked: "The assistant hands this conversation over. · El asistente pasa esta conversación.",
  "no-source":
    "Nothing in the help centre or the settings answers this; it is in assistant_gaps. · Nada en el centro de ayuda lo responde.",
  link: "The reply named a site that is not allowed (assistant_settings: links), so it was not sent: · Nombraba un sitio no permitido:",
  "no-bridge":
    "The help centre could not be searched (data bridge). · No se ha podido buscar en el centro de ayuda (puente de datos).",
  failed:
    "The assistant failed, so this conversation is yours. · El asistente ha fallado; la conversación es del equipo.",
  late: "Nobody has answered this, so it is yours. · Nadie ha respondido; queda para el equipo.",
} as const;

/** The digest's lines, each `%` a figure; no braces, where an expression would end. */
export const digestWords = {
  en: {
    subject: "Desk",
    none: "There are no figures of the desk.",
    conversations: "Conversations: % (% the day before), resolved %, not yet %",
    times: "First answer after % (median), satisfaction % of 5 (%)",
    assistant: "Assistant: % answers, % questions back, % hand-overs; % of % used",
    reasons: "Handed over because: %",
    gaps: "Articles to write: %",
  },
  es: {
    subject: "Atención al cliente",
    none: "No hay cifras de la atención al cliente.",
    conversations: "Conversaciones: % (% el día anterior), resueltas %, aún no %",
    times: "Primera respuesta a los % (mediana), satisfacción % de 5 (%)",
    assistant: "Asistente: % respuestas, % preguntas de vuelta, % traspasos; % de % usadas",
    reasons: "Traspasadas por: %",
    gaps: "Artículos por escribir: %",
  },
} as const;

/** A guess that needs no model: words and letters that English has not. */
export const looksSpanish =
  /[¿¡ñáéíóú]|\b(hola|buenas|buenos|gracias|quiero|necesito|puedo|como|cuanto|cuando|donde|por favor|mi|el|los|las|una|para)\b/i;
