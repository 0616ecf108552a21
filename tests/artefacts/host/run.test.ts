import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { HostFolder } from "../../support/host/scripts";

const alive = (pid: string) => spawnSync("kill", ["-0", pid]).status === 0;

// as Ctrl-C, a closed terminal and `timeout` do: every process of the command gets the signal, but not those of the container
describe("a container of a command's own", function () {
  for (const command of ["run n8n", "user list --only librechat", "assistant check"]) {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      it(`goes with the command: ${command}, ${signal} (HOST-13)`, async () => {
        const host = new HostFolder();
        try {
          const child = spawn(
            "bash",
            [
              "-c",
              `docker() {
                 case "$*" in
                   *' run --rm --no-deps --name '*)
                     while [ "$1" != --name ]; do shift; done
                     setsid bash -c 'trap "" HUP INT TERM; echo $$ >"$0"; while :; do sleep 0.1; done' "$ECOSYSTEM_HOME/container.$2" </dev/null >/dev/null 2>&1 &
                     sleep 3600 ;;
                   'rm -f '*) kill -9 "$(cat "$ECOSYSTEM_HOME/container.$3")" ;;
                 esac
               }
               id() { echo 0; }; timeout() { :; }; export -f docker id timeout
               exec bash "$ECOSYSTEM_HOME/current/bin/ecosystem" ${command}`,
            ],
            { env: { ...process.env, ECOSYSTEM_HOME: host.home }, stdio: "ignore", detached: true },
          );
          const ended = once(child, "exit");
          let pid = "";
          while (pid === "") {
            await new Promise((resolve) => setTimeout(resolve, 50));
            pid = spawnSync("sh", ["-c", `cat ${host.home}/container.* 2>/dev/null`], {
              encoding: "utf8",
            }).stdout.trim();
          }
          process.kill(-(child.pid ?? 0), signal);
          await ended;
          while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
          expect(alive(pid)).to.equal(false);
        } finally {
          host.remove();
        }
      });
    }
  }
});
