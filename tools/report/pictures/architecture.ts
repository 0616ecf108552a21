import type { PreviewData } from "../data";
import { graphOf } from "./graph";
import { graphNarrow } from "./graph-narrow";
import { graphWide } from "./graph-wide";
import { hostModel } from "./host-model";
import { hostNarrow } from "./host-narrow";
import { hostWide } from "./host-wide";
import { html, type Html } from "../html";
import { prodModel } from "./prod-model";
import { prodNarrow } from "./prod-narrow";
import { prodWide } from "./prod-wide";

/** What runs where, and who talks to whom. */
function running(data: PreviewData): Html {
  if (data.topology === "host") {
    const model = hostModel(data);
    return html`<h3>On the host</h3>
      <figure>${hostWide(model, data.facts)}${hostNarrow(model, data.facts)}</figure>`;
  }
  const model = prodModel(data);
  return html`<h3>From the visitors to the data</h3>
    <figure>${prodWide(model, data.facts)}${prodNarrow(model)}</figure>`;
}

/** The pictures: the running installation, and what the program declares. */
export function architecture(data: PreviewData): Html {
  const graph = graphOf(data.resources);
  const zones =
    data.topology === "fargate" &&
    html`<span><i class="key square kept"></i>always in this zone</span
      ><span><i class="key square"></i>in one of them, or with more tasks</span>`;
  return html`<section id="architecture" aria-labelledby="architecture-heading">
    <h2 id="architecture-heading">Architecture</h2>
    ${running(data)}
    <p class="legend">
      <span><i class="line request"></i>requests</span><span><i class="line data"></i>uses</span
      ><span><i class="key proxy"></i>entrance</span><span><i class="key web"></i>applications</span
      ><span><i class="key worker"></i>workers</span><span><i class="key store"></i>stores</span>${zones}
    </p>
    <h3>In AWS</h3>
    <figure>${graphWide(graph)}${graphNarrow(graph)}</figure>
    <p class="legend">
      <span><i class="key square"></i>one resource</span><span><i class="key square kept"></i>protected</span
      ><span><i class="line"></i>is made before</span>
    </p>
  </section>`;
}
