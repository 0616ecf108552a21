import type { Catalogue } from "../../../services/catalogue";
import type { MemoryBudget } from "../../../cost/memory";
import { bars } from "../bars";
import { html, type Html } from "../html";

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)}%`;
const mib = (mb: number): string => `${mb.toLocaleString("en-US")} MiB`;

/** Short words for a verdict. */
export const verdictWords = { fits: "Fits", swap: "Fits with swap only", demo: "Demo only" } as const;

/** The verdict's reason: what follows the colon, as a sentence of its own. */
function explanation(sentence: string): string {
  const reason = sentence.slice(sentence.indexOf(": ") + 2);
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}

/** Limits as one bar over what the instance has: RAM, then swap. */
function chart(memory: MemoryBudget, roles: ReadonlyMap<string, string>): Html {
  const has = memory.ramMb + memory.swapMb;
  const needs = memory.limitsMb + memory.systemMb;
  const most = Math.max(has, needs);
  return html`<div class="memory" aria-hidden="true">
    <div class="track has">
      <span class="part ram" style="width:${percent(memory.ramMb, most)}"><b>RAM ${mib(memory.ramMb)}</b></span>
      ${memory.swapMb > 0 && html`<span class="part swap" style="width:${percent(memory.swapMb, most)}"><b>swap ${mib(memory.swapMb)}</b></span>`}
    </div>
    <div class="track needs">
      <span
        class="part system"
        style="width:${percent(memory.systemMb, most)}"
        title="system ${mib(memory.systemMb)}"
      ></span>
      ${memory.services.map(
        (s) =>
          html`<span
            class="part ${roles.get(s.name) ?? "web"}"
            style="width:${percent(s.limitMb, most)}"
            title="${s.title} ${mib(s.limitMb)}"
          ></span>`,
      )}
    </div>
    <span class="edge-of-ram" style="left:${percent(memory.ramMb, most)}"></span>
  </div>`;
}

const row = (title: string, container: string, kind: string, limitMb: number, largest: number): Html =>
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
  return html`<section id="memory" aria-labelledby="memory-heading">
    <h2 id="memory-heading">Memory</h2>
    <p class="lead">
      <span class="badge ${memory.verdict}">${verdictWords[memory.verdict]}</span> ${explanation(memory.sentence)}
    </p>
    ${chart(memory, roles)}
    <p class="legend" aria-hidden="true">
      <span><i class="key system"></i>system</span><span><i class="key web"></i>applications</span
      ><span><i class="key worker"></i>workers</span><span><i class="key store"></i>stores</span
      ><span><i class="key proxy"></i>entrance</span>
    </p>
    ${bars({
      caption: `Limits of the ${memory.plan} plan`,
      head: ["Service", "Container", "Part", "Limit"],
      rows: [
        ...memory.services.map((s) => row(s.title, s.name, roles.get(s.name) ?? "web", s.limitMb, largest)),
        row("System", "kernel, Docker, agents (estimate)", "system", memory.systemMb, largest),
      ],
      sum: { title: "All limits and the system", amount: mib(memory.limitsMb + memory.systemMb) },
    })}
    ${
      memory.evidence.length > 0 &&
      html`<ul class="evidence">
        ${memory.evidence.map((e) => html`<li>${e}</li>`)}
      </ul>`
    }
  </section>`;
}
