import type { RecordedResource } from "../../../record/record";
import { shortType } from "../resource-type";
import { html, raw, type Html } from "../html";
import { section } from "../section";
import { listed } from "../../../services/model/text";

const longest = 1200;
const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** Inputs as JSON; very long texts are cut, resources.json has them whole. */
function inputsText(inputs: Record<string, unknown>): string {
  const cut = (_key: string, value: unknown) =>
    typeof value === "string" && value.length > longest
      ? `${value.slice(0, longest)}… (${value.length} characters)`
      : value;
  return JSON.stringify(inputs, cut, 2);
}

function inside(resource: RecordedResource): Html | undefined {
  const { inputs, dependencies, ignoreChanges, name, type } = resource;
  const hasInputs = Object.keys(inputs).length > 0;
  if (!hasInputs && dependencies.length === 0) return undefined;
  return html`${hasInputs && html`<pre tabindex="0" role="group" aria-label="${{ en: "Inputs of", es: "Entradas de" }} ${shortType(type)} ${name}">${inputsText(inputs)}</pre>`}
  ${dependencies.length > 0 && html`<p class="fine">${{ en: "needs", es: "necesita" }} ${dependencies.map(nameOf).join(", ")}</p>`}
  ${ignoreChanges.length > 0 && html`<p class="fine">${{ en: "ignores changes of", es: "no mira los cambios de" }} ${listed(ignoreChanges)}</p>`}`;
}

type Children = ReadonlyMap<string, readonly RecordedResource[]>;

/** How many resources are below one, at any depth. */
function countBelow(resource: RecordedResource, children: Children): number {
  return (children.get(resource.urn) ?? []).reduce((sum, child) => sum + 1 + countBelow(child, children), 0);
}

/** A resource; what is below it is folded, with its number, but for the stack's own children. */
function branch(resource: RecordedResource, children: Children): Html {
  const below = children.get(resource.urn) ?? [];
  const words = `${resource.name} ${resource.type}`.toLowerCase();
  const entry = html`<span class="entry"
    ><b>${resource.name}</b> <span class="type" title="${resource.type}">${shortType(resource.type)}</span>${
      resource.protect && html` <span class="badge kept">${{ en: "protected", es: "protegido" }}</span>`
    }</span
  >`;
  const more = inside(resource);
  if (below.length === 0) {
    return html`<li data-words="${words}">
      ${
        more === undefined
          ? entry
          : html`<details>
              <summary>${entry}</summary>
              ${more}
            </details>`
      }
    </li>`;
  }
  return html`<li data-words="${words}">
    <details class="branch" ${resource.parent === undefined && raw("open data-first")}>
      <summary>
        ${entry} <span class="fine">${countBelow(resource, children)} ${{ en: "below", es: "debajo" }}</span>
      </summary>
      ${more}
      <ul>
        ${below.map((child) => branch(child, children))}
      </ul>
    </details>
  </li>`;
}

/** Every resource below its parent, with a search field; on paper the components with their numbers. */
export function treeSection(resources: readonly RecordedResource[]): Html {
  const children = new Map<string, RecordedResource[]>();
  for (const r of resources) {
    if (r.parent !== undefined) children.set(r.parent, [...(children.get(r.parent) ?? []), r]);
  }
  const roots = resources.filter((r) => r.parent === undefined);
  return section(
    "resources",
    html`<p class="search" hidden>
        <label for="search">${{ en: "Search by name or type", es: "Buscar por nombre o tipo" }}</label>
        <input id="search" type="search" autocomplete="off" spellcheck="false" />
        <output for="search" aria-live="polite" data-of="${{ en: "of", es: "de" }}"></output>
      </p>
      <ul class="tree">
        ${roots.map((r) => branch(r, children))}
      </ul>
      <p class="fine after">
        ${{ en: "All of them with every input", es: "Todos, con cada entrada" }}: <code>resources.json</code>.
      </p>`,
  );
}
