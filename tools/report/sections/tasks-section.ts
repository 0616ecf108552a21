import type { TaskSize, TaskSizes } from "../../../cost/tasks";
import { html, type Html } from "../html";

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)}%`;

const remarks = (size: TaskSize): string =>
  [
    ...(size.scalesOn.length > 0 ? [`scales on ${size.scalesOn.join(", ")}`] : ["one size"]),
    ...(size.spot ? ["on Spot"] : []),
  ].join("; ");

const range = (a: number, b: number): string => (a === b ? String(a) : `${a} – ${b}`);

/** Sizes and numbers of the tasks: what runs at rest in solid parts, what may come hatched after it. */
export function tasksSection(tasks: TaskSizes): Html {
  const most = Math.max(...tasks.services.map((s) => s.cpu * s.maxTasks), 0.25);
  return html`<section id="tasks" aria-labelledby="tasks-heading">
    <h2 id="tasks-heading">Tasks</h2>
    <p class="lead">${tasks.sentence}</p>
    <table class="bars">
      <caption>
        Sizes on Fargate
      </caption>
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">One task</th>
          <th scope="col">vCPU at rest, and at most</th>
          <th scope="col">Tasks</th>
        </tr>
      </thead>
      <tbody>
        ${tasks.services.map(
          (s) =>
            html`<tr>
              <th scope="row">${s.title}<small>${s.name}; ${remarks(s)}</small></th>
              <td class="sum">${s.cpu} vCPU, ${s.memoryGb} GB</td>
              <td class="chart">
                <span class="bars-side"
                  ><span class="bar ${s.role}" style="width:${percent(s.cpu * s.minTasks, most)}"></span>${
                    s.maxTasks > s.minTasks &&
                    html`<span
                      class="bar usage"
                      style="width:${percent(s.cpu * (s.maxTasks - s.minTasks), most)}"
                    ></span>`
                  }</span
                >
              </td>
              <td class="amount">${range(s.minTasks, s.maxTasks)}</td>
            </tr>`,
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All</th>
          <td class="sum">${range(tasks.minMemoryGb, tasks.maxMemoryGb)} GB</td>
          <td class="sum">${range(tasks.minCpu, tasks.maxCpu)} vCPU</td>
          <td class="amount">${range(tasks.minTasks, tasks.maxTasks)}</td>
        </tr>
      </tfoot>
    </table>
    <p class="legend" aria-hidden="true">
      <span><i class="key web"></i>applications</span><span><i class="key worker"></i>workers</span
      ><span><i class="key usage"></i>up to the most</span>
    </p>
  </section>`;
}
