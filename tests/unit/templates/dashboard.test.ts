import { expect } from "chai";
import {
  renderDashboard,
  renderServicesJson,
  type DashboardRole,
  type DashboardService,
} from "../../../templates/dashboard";

const service = (name: string, role: DashboardRole): DashboardService => ({
  url: null,
  role,
  description: { en: "", es: "" },
  title: { en: name, es: name },
  name,
});

describe("services.json of the dashboard", () => {
  const services = [service("redis", "store"), service("nginx", "proxy"), service("n8n", "web"), service("api", "web")];

  it("is the same text for the same services in any order, applications first", () => {
    const text = renderServicesJson({ stack: "sandbox", release: "0", topology: "host", services });
    expect(
      renderServicesJson({ stack: "sandbox", release: "0", topology: "host", services: [...services].reverse() }),
    ).to.equal(text);
    const { services: listed } = JSON.parse(text) as { services: DashboardService[] };
    expect(listed.map(({ name }) => name)).to.deep.equal(["api", "n8n", "nginx", "redis"]);
    expect(Object.keys(listed[0] ?? {})).to.deep.equal(["name", "title", "description", "role", "url", "icon"]);
  });

  it("leaves the caller's list and its unknown fields alone", () => {
    const before = services.map(({ name }) => name);
    const withSecret = { ...service("n8n", "web"), password: "not for the page" };
    expect(renderServicesJson({ stack: "s", release: "0", topology: "host", services: [withSecret] })).not.to.contain(
      "password",
    );
    renderServicesJson({ stack: "s", release: "0", topology: "host", services });
    expect(services.map(({ name }) => name)).to.deep.equal(before);
  });

  it("refuses a name listed twice", () => {
    const twice = [service("n8n", "web"), service("n8n", "worker")];
    expect(() => renderServicesJson({ stack: "s", release: "0", topology: "host", services: twice })).to.throw(
      '"n8n" is listed twice',
    );
  });
});

describe("the dashboard's page", () => {
  it("has a card of each application, with its address and both languages, whatever its name", () => {
    const wiki: DashboardService = {
      ...service("wiki", "web"),
      title: { en: 'Wiki & "friends" <b>', es: "Wiki" },
      url: "https://wiki.example/?a=1&b=2",
      icon: "flow",
    };
    const entrance = { ...service("nginx", "proxy"), url: "https://example/" };
    const page = renderDashboard([entrance, service("redis", "store"), wiki]);
    const cards = page.match(/<li class="card" data-service="[^"]*"/g);
    expect(cards).to.deep.equal(['<li class="card" data-service="wiki"']);
    expect(page).to.contain(
      '<a href="https://wiki.example/?a=1&#38;b=2" data-en="Wiki &#38; &#34;friends&#34; &#60;b&#62;" data-es="Wiki">Wiki &#38; &#34;friends&#34; &#60;b&#62;</a>',
    );
    expect(page).to.contain('<use href="#icon-flow" />').and.not.contain("@@");
  });

  it("has the symbol of every icon that a service can have", () => {
    const icons: readonly DashboardService["icon"][] = ["app", "chat", "flow", "spark", "chart"];
    for (const icon of icons) expect(renderDashboard([])).to.contain(`<symbol id="icon-${String(icon)}"`);
  });
});
