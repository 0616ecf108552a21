import type { RecordedResource } from "../../../record/record";
import { shortType } from "../resource-type";
import { html, type Html } from "../html";

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
  return html`${hasInputs && html`<pre tabindex="0" role="group" aria-label="Inputs of ${shortType(type)} ${name}">${inputsText(inputs)}</pre>`}
  ${dependencies.length > 0 && html`<p class="fine">needs ${dependencies.map(nameOf).join(", ")}</p>`}
  ${ignoreChanges.length > 0 && html`<p class="fine">ignores changes of ${ignoreChanges.join(", ")}</p>`}`;
}

type Children = ReadonlyMap<string, readonly RecordedResource[]>;

function branch(resource: RecordedResource, children: Children): Html {
  const below = children.get(resource.urn) ?? [];
  const words = `${resource.name} ${resource.type}`.toLowerCase();
  const entry = html`<span class="entry"
    ><b>${resource.name}</b> <span class="type" title="${resource.type}">${shortType(resource.type)}</span>${
      resource.protect && html` <span class="badge kept">protected</span>`
    }</span
  >`;
  const more = inside(resource);
  return html`<li data-words="${words}">
    ${
      more === undefined
        ? entry
        : html`<details>
            <summary>${entry}</summary>
            ${more}
          </details>`
    }
    ${
      below.length > 0 &&
      html`<ul>
        ${below.map((child) => branch(child, children))}
      </ul>`
    }
  </li>`;
}

/** Every resource below its parent, with a search field. */
export function treeSection(resources: readonly RecordedResource[]): Html {
  const children = new Map<string, RecordedResource[]>();
  for (const r of resources) {
    if (r.parent !== undefined) children.set(r.parent, [...(children.get(r.parent) ?? []), r]);
  }
  const roots = resources.filter((r) => r.parent === undefined);
  return html`<section id="resources" aria-labelledby="resources-heading">
    <h2 id="resources-heading">Resources</h2>
    <p class="search" hidden>
      <label for="search">Search by name or type</label>
      <input id="search" type="search" autocomplete="off" spellcheck="false" />
      <output for="search" aria-live="polite"></output>
    </p>
    <ul class="tree">
      ${roots.map((r) => branch(r, children))}
    </ul>
  </section>`;
}
