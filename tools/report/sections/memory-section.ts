import type { Catalogue } from "../../../services/catalogue";
import type { Text } from "../../../services/model/types";
import type { MemoryBudget, Verdict } from "../../../cost/memory";
import { bars, heads, total } from "../bars";
import { html, legend, percent, roleMarks, type Html } from "../html";
import { section } from "../section";
import { both, number, words, type Words } from "../../../services/model/text";

const mib = (mb: number): Text => words`${number(mb)} MiB`;

/** Short words for a verdict. */
export const verdictWords: Readonly<Record<Verdict, Text>> = {
  fits: { en: "Fits", es: "Alcanza" },
  swap: { en: "Fits with swap only", es: "Alcanza solo con swap" },
  demo: { en: "Demo only", es: "Solo para una demostración" },
};

/** The verdict's reason: what follows the colon, as a sentence of its own. */
const explanation = (sentence: Text): Text =>
  both((language) => {
    const reason = sentence[language].slice(sentence[language].indexOf(": ") + 2);
    return reason.charAt(0).toUpperCase() + reason.slice(1);
  });

const system: Text = { en: "system", es: "sistema" };

/** Limits as one bar over what the instance has: RAM, then swap. */
function chart(memory: MemoryBudget, roles: ReadonlyMap<string, string>): Html {
  const most = Math.max(memory.ramMb + memory.swapMb, memory.limitsMb + memory.systemMb);
  const has = (className: string, name: string, mb: number) =>
    html`<span class="part ${className}" style="width:${percent(mb, most)}"><b>${name} ${mib(mb)}</b></span>`;
  const needs = (className: string, title: Words, mb: number) =>
    html`<span class="part ${className}" style="width:${percent(mb, most)}" title="${title} ${mib(mb)}"></span>`;
  return html`<div class="memory" aria-hidden="true">
    <div class="track has">
      ${has("ram", "RAM", memory.ramMb)} ${memory.swapMb > 0 && has("swap", "swap", memory.swapMb)}
    </div>
    <div class="track needs">
      ${needs("system", system, memory.systemMb)}
      ${memory.services.map((s) => needs(roles.get(s.name) ?? "web", s.title, s.limitMb))}
    </div>
    <span class="edge-of-ram" style="left:${percent(memory.ramMb, most)}"></span>
  </div>`;
}

const row = (title: Words, container: Words, kind: string, limitMb: number, largest: number): Html =>
  html`<tr>
    <th scope="row">${title}</th>
    <td class="sum">${container}</td>
    <td class="chart"><span class="bar ${kind}" style="width:${percent(limitMb, largest)}"></span></td>
    <td class="amount">${mib(limitMb)}</td>
  </tr>`;

/** Memory limits against RAM and swap, with the verdict. */
export function memorySection(memory: MemoryBudget, catalogue: Catalogue): Html {
  const roles = new Map<string, string>(catalogue.services.map((s) => [s.name, s.role]));
  const largest = Math.max(...memory.services.map((s) => s.limitMb), memory.systemMb);
  return section(
    "memory",
    html`<p class="lead">
        <span class="badge ${memory.verdict}">${verdictWords[memory.verdict]}</span> ${explanation(memory.sentence)}
      </p>
      ${chart(memory, roles)}
      ${legend([["key system", system], roleMarks.web, roleMarks.worker, roleMarks.store, roleMarks.proxy], true)}
      ${bars({
        caption: { en: `Limits of the ${memory.plan} plan`, es: `Límites del plan ${memory.plan}` },
        head: [heads.service, { en: "Container", es: "Contenedor" }, heads.part, heads.limit],
        rows: [
          ...memory.services.map((s) => row(s.title, s.name, roles.get(s.name) ?? "web", s.limitMb, largest)),
          row(
            { en: "System", es: "Sistema" },
            { en: "kernel, Docker, agents (estimate)", es: "núcleo, Docker, agentes (estimado)" },
            "system",
            memory.systemMb,
            largest,
          ),
        ],
        sum: total(
          { en: "All limits and the system", es: "Todos los límites y el sistema" },
          mib(memory.limitsMb + memory.systemMb),
        ),
      })}
      ${
        memory.evidence.length > 0 &&
        html`<ul class="evidence">
          ${memory.evidence.map((e) => html`<li>${e}</li>`)}
        </ul>`
      }`,
  );
}
