import type { PreviewData } from "../data";
import { html, legend, roleMarks, type Html } from "../html";
import { section } from "../section";
import { hostPicture } from "./host";
import { hostModel } from "./host-model";
import { prodPicture } from "./prod";
import { prodModel } from "./prod-model";

const requests = ["line request", { en: "requests", es: "peticiones" }] as const;
const uses = [
  "line data dotted",
  { en: "uses the store whose line has the dot", es: "usa el almacén en cuya línea está el punto" },
] as const;
const roles = [roleMarks.proxy, roleMarks.web, roleMarks.worker, roleMarks.store];

/** Of either topology: its title, how it is drawn, and what only its legend has. */
const pictureOf = (data: PreviewData) =>
  data.topology === "host"
    ? {
        title: { en: "On the host", es: "En el servidor" },
        picture: hostPicture(hostModel(data), data.facts),
        marks: [
          [
            "line ringed",
            { en: "in this network, with no requests from outside", es: "en esta red, sin peticiones de fuera" },
          ] as const,
        ],
      }
    : {
        title: { en: "From the visitors to the data", es: "De los visitantes a los datos" },
        picture: prodPicture(prodModel(data), data.facts),
        marks: [
          ["key square sure", { en: "always in this zone", es: "siempre en esta zona" }] as const,
          [
            "key square",
            { en: "in one of them, or with more tasks", es: "en una de ellas, o con más tareas" },
          ] as const,
        ],
      };

/** What runs where, and who talks to whom; a page that is narrower than the picture lets it be moved. */
export function architecture(data: PreviewData): Html {
  const { title, picture, marks } = pictureOf(data);
  return section(
    "architecture",
    html`<h3>${title}</h3>
      <figure tabindex="0" aria-label="${title}">${picture}</figure>
      ${legend([requests, uses, ...roles, ...marks])}`,
  );
}
