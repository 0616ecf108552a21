import { html, type Content, type Html } from "./html";

/** The parts of the page: in the navigation, above their figure in the summary, and as headings. */
export const names = {
  endpoints: { en: "Endpoints", es: "Direcciones" },
  architecture: { en: "Architecture", es: "Arquitectura" },
  cost: { en: "Cost per month", es: "Coste al mes" },
  memory: { en: "Memory", es: "Memoria" },
  tasks: { en: "Tasks", es: "Tareas" },
  findings: { en: "Policies", es: "Políticas" },
  resources: { en: "Resources", es: "Recursos" },
  files: { en: "Files", es: "Archivos" },
} as const;
export type Section = keyof typeof names;

export const section = (id: Section, content: Content): Html =>
  html`<section id="${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${names[id]}</h2>
    ${content}
  </section>`;
