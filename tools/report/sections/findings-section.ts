import type { Finding } from "../../../policies/engine/types";
import { groupFindings, resourceName, type FindingGroup } from "./finding-groups";
import { html, type Html } from "../html";

/** Findings that count, and those that are accepted. */
export function sorted(findings: readonly Finding[]) {
  const open = findings.filter((f) => f.waiver === undefined);
  return {
    errors: open.filter((f) => f.severity === "error"),
    warnings: open.filter((f) => f.severity === "warning"),
    waived: findings.filter((f) => f.waiver !== undefined),
  };
}

const item = ({ first: finding, others }: FindingGroup, word: string): Html =>
  html`<li class="finding ${word}">
    <p>
      <span class="badge ${word}">${word}</span> <code>${finding.rule}</code>
      <strong>${resourceName(finding.urn)}</strong> ${finding.message}.
    </p>
    ${
      others.length > 0 &&
      html`<details class="fold">
        <summary>and ${others.length} more</summary>
        <ul class="fine">
          ${others.map((f) => html`<li>${resourceName(f.urn)} ${f.message}</li>`)}
        </ul>
      </details>`
    }
    ${
      finding.waiver === undefined
        ? html`<p class="remedy">${finding.remedy}</p>`
        : html`<p class="remedy">Accepted until ${finding.waiver.expires}: ${finding.waiver.reason}</p>`
    }
    ${finding.references.length > 0 && html`<p class="fine">${finding.references.join(" · ")}</p>`}
  </li>`;

/** What the policies have found. */
export function findingsSection(findings: readonly Finding[]): Html {
  const { errors, warnings, waived } = sorted(findings);
  return html`<section id="findings" aria-labelledby="findings-heading">
    <h2 id="findings-heading">Policy findings</h2>
    ${errors.length + warnings.length === 0 && html`<p class="lead"><span class="badge fits">clean</span> Every rule is met or waived with a reason.</p>`}
    <ul class="findings">
      ${groupFindings(errors).map((g) => item(g, "error"))}${groupFindings(warnings).map((g) => item(g, "warning"))}
    </ul>
    ${
      waived.length > 0 &&
      html`<details class="fold">
        <summary>${waived.length} accepted, each with its reason</summary>
        <ul class="findings">
          ${groupFindings(waived).map((g) => item(g, "waived"))}
        </ul>
      </details>`
    }
  </section>`;
}
