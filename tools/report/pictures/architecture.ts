import type { PreviewData } from "../data";
import { hostPicture } from "./host";
import { hostModel } from "./host-model";
import { html, type Html } from "../html";
import { prodPicture } from "./prod";
import { prodModel } from "./prod-model";

/** What runs where, and who talks to whom; a page that is narrower than the picture lets it be moved. */
export function architecture(data: PreviewData): Html {
  const [title, picture] =
    data.topology === "host"
      ? ["On the host", hostPicture(hostModel(data), data.facts)]
      : ["From the visitors to the data", prodPicture(prodModel(data), data.facts)];
  const zones =
    data.topology === "fargate" &&
    html`<span><i class="key square kept"></i>always in this zone</span
      ><span><i class="key square"></i>in one of them, or with more tasks</span>`;
  return html`<section id="architecture" aria-labelledby="architecture-heading">
    <h2 id="architecture-heading">Architecture</h2>
    <h3>${title}</h3>
    <figure tabindex="0" aria-label="${title}">${picture}</figure>
    <p class="legend">
      <span><i class="line request"></i>requests</span><span><i class="line data"></i>uses</span
      ><span><i class="key proxy"></i>entrance</span><span><i class="key web"></i>applications</span
      ><span><i class="key worker"></i>workers</span><span><i class="key store"></i>stores</span>${zones}
    </p>
  </section>`;
}
