import { expect } from "chai";
import { healthReport } from "../../../tools/local/health";

describe("health.json of make local", () => {
  it("says of each service what docker does, in the words of the host", () => {
    const lines = [
      "n8n\trunning\tUp 3 minutes (healthy)",
      "redis\trunning\tUp 2 seconds (health: starting)",
      "mongodb\trunning\tUp About an hour (unhealthy)",
      "nginx\trunning\tUp 3 minutes",
      "postgres\texited\tExited (1) 4 seconds ago",
      "n8n-import\texited\tExited (0) 3 minutes ago",
      "",
    ].join("\n");
    const services = ["n8n", "redis", "mongodb", "nginx", "postgres", "librechat"];
    expect(JSON.parse(healthReport(lines, services, new Date(0)))).to.deep.equal({
      time: "1970-01-01T00:00:00.000Z",
      services: {
        n8n: { state: "running", health: "healthy" },
        redis: { state: "running", health: "starting" },
        mongodb: { state: "running", health: "unhealthy" },
        nginx: { state: "running", health: "none" },
        postgres: { state: "exited", health: "none" },
        librechat: { state: "missing", health: "none" },
      },
    });
  });
});
