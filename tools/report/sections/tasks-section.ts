import type { TaskSize, TaskSizes } from "../../../cost/tasks";
import { bars, heads } from "../bars";
import { html, legend, percent, roleMarks, type Html } from "../html";
import { names, section } from "../section";
import { joined, listed, number, words, type Words } from "../../../services/model/text";

const remarks = (size: TaskSize): Words =>
  joined(
    [
      size.scalesOn.length > 0
        ? words`${{ en: "scales on", es: "se escala según" }} ${listed(size.scalesOn)}`
        : { en: "one size", es: "un solo tamaño" },
      ...(size.spot ? [{ en: "on Spot", es: "en Spot" }] : []),
    ],
    "; ",
  );

const range = (a: number, b: number): Words => (a === b ? number(a) : words`${number(a)} – ${number(b)}`);

function row(s: TaskSize, most: number): Html {
  const more = s.maxTasks - s.minTasks;
  return html`<tr>
    <th scope="row">${s.title}<small>${s.name}; ${remarks(s)}</small></th>
    <td class="sum">${number(s.cpu)} vCPU, ${number(s.memoryGb)} GB</td>
    <td class="chart">
      <span class="bars-side"
        ><span class="bar ${s.role}" style="width:${percent(s.cpu * s.minTasks, most)}"></span>${
          more > 0 && html`<span class="bar usage" style="width:${percent(s.cpu * more, most)}"></span>`
        }</span
      >
    </td>
    <td class="amount">${range(s.minTasks, s.maxTasks)}</td>
  </tr>`;
}

/** Sizes and numbers of the tasks: what runs at rest in solid parts, what may come hatched after it. */
export function tasksSection(tasks: TaskSizes): Html {
  const most = Math.max(...tasks.services.map((s) => s.cpu * s.maxTasks), 0.25);
  return section(
    "tasks",
    html`<p class="lead">${tasks.sentence}</p>
      ${bars({
        caption: { en: "Sizes on Fargate", es: "Tamaños en Fargate" },
        head: [
          heads.service,
          { en: "One task", es: "Una tarea" },
          { en: "vCPU at rest, and at most", es: "vCPU en reposo, y como máximo" },
          names.tasks,
        ],
        rows: tasks.services.map((s) => row(s, most)),
        sum: html`<th scope="row">${{ en: "All", es: "Todo" }}</th>
          <td class="sum">${range(tasks.minMemoryGb, tasks.maxMemoryGb)} GB</td>
          <td class="sum">${range(tasks.minCpu, tasks.maxCpu)} vCPU</td>
          <td class="amount">${range(tasks.minTasks, tasks.maxTasks)}</td>`,
      })}
      ${legend([roleMarks.web, roleMarks.worker, ["key usage", { en: "up to the most", es: "hasta el máximo" }]], true)}`,
  );
}
