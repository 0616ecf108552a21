import type { Finding } from "../../../policies/engine/types";
import { groupFindings, resourceName, type FindingGroup } from "./finding-groups";
import { english, html, type Html } from "../html";
import { section } from "../section";
import { day, words } from "../../../services/model/text";

/** Findings that count, and those that are accepted. */
export function sorted(findings: readonly Finding[]) {
  const open = findings.filter((f) => f.waiver === undefined);
  return {
    errors: open.filter((f) => f.severity === "error"),
    warnings: open.filter((f) => f.severity === "warning"),
    waived: findings.filter((f) => f.waiver !== undefined),
  };
}

const kinds = {
  error: { en: "error", es: "error" },
  warning: { en: "warning", es: "aviso" },
  waived: { en: "waived", es: "aceptado" },
} as const;

/** What a policy says is the same in both languages: people search for it. */
const item = ({ first: finding, others }: FindingGroup, kind: keyof typeof kinds): Html =>
  html`<li class="finding ${kind}">
    <p>
      <span class="badge ${kind}">${kinds[kind]}</span> <code>${finding.rule}</code>
      <strong>${resourceName(finding.urn)}</strong> ${english(`${finding.message}.`)}
    </p>
    ${
      others.length > 0 &&
      html`<details class="fold">
        <summary>${{ en: `and ${others.length} more`, es: `y ${others.length} más` }}</summary>
        <ul class="fine" lang="en">
          ${others.map((f) => html`<li>${resourceName(f.urn)} ${f.message}</li>`)}
        </ul>
      </details>`
    }
    <p class="remedy">
      ${
        finding.waiver === undefined
          ? english(finding.remedy)
          : [
              words`${{ en: "Accepted until", es: "Aceptado hasta el" }} ${day(finding.waiver.expires)}: `,
              english(finding.waiver.reason),
            ]
      }
    </p>
    ${finding.references.length > 0 && html`<p class="fine" lang="en">${finding.references.join(" · ")}</p>`}
  </li>`;

/** What the policies have found. */
export function findingsSection(findings: readonly Finding[]): Html {
  const { errors, warnings, waived } = sorted(findings);
  const items = (found: readonly Finding[], kind: keyof typeof kinds) => groupFindings(found).map((g) => item(g, kind));
  return section(
    "findings",
    html`${
        errors.length + warnings.length === 0 &&
        html`<p class="lead">
          <span class="badge fits">${{ en: "clean", es: "limpias" }}</span>
          ${{
            en: "Every rule is met or waived with a reason.",
            es: "Cada regla se cumple, o lo que se aparta de ella está aceptado con un motivo.",
          }}
        </p>`
      }
      <ul class="findings">
        ${items(errors, "error")}${items(warnings, "warning")}
      </ul>
      ${
        waived.length > 0 &&
        html`<details class="fold">
          <summary>
            ${{ en: `${waived.length} accepted, each with its reason`, es: `${waived.length} aceptados, cada uno con su motivo` }}
          </summary>
          <ul class="findings">
            ${items(waived, "waived")}
          </ul>
        </details>`
      }`,
  );
}
