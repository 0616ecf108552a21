import { expect } from "chai";
import type { Service } from "../../../services/model/types";
import { need } from "../need";
import { Nginx } from "./nginx";
import { Upstreams } from "./upstreams";
import { Visitor } from "./visitor";

export interface NginxSuite {
  readonly nginx: Nginx;
  readonly upstreams: Upstreams;
  readonly visitor: Visitor;
}

/**
 * A running nginx for the tests of a `describe`, with stand-ins behind it; its release `one` is current.
 * @param services what it routes to
 * @param more services that only a later release routes to
 */
export function nginxSuite(services: readonly Service[], more: readonly Service[] = []): NginxSuite {
  const upstreams = new Upstreams();
  let nginx: Nginx | undefined;
  const started = (): Nginx => {
    if (nginx === undefined) throw new Error("nginx runs only within tests");
    return nginx;
  };
  before(async function () {
    need(this, "openssl");
    nginx = await Nginx.create(need(this, "nginx"));
    await upstreams.start([...services, ...more]);
    nginx.write("one", { services, upstream: upstreams.address });
    // before it is the current one, as on the host
    expect(nginx.test("one")).to.equal("ok");
    nginx.switchTo("one");
    await nginx.start();
  });
  after(async () => {
    await upstreams.stop();
    await nginx?.stop();
  });
  return {
    upstreams,
    get nginx() {
      return started();
    },
    get visitor() {
      return new Visitor(started());
    },
  };
}
