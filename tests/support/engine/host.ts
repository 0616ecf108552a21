import { join } from "node:path";
import type { SshServer } from "../host/ssh-server";
import type { Project } from "./project";

/** A host that has booted, and takes every release that it is sent: `pushes` has one a line, `older` for those of the first programs. */
export const bootedHost = `
cd "$(dirname "$0")"
case "$1 $2" in
  "cloud-init status" | "grep -q") ;;
  "bash -c") cat >/dev/null; echo older >>pushes ;;
  "bash -s") cat >/dev/null; echo "$4" >>pushes ;;
  *) exit 2 ;;
esac
`;

/** The emulated instance runs nothing: the real OpenSSH server stands at its address, for the program that is in the project now. */
export function standIn(server: SshServer, project: Project): void {
  const component = "components/host/ecosystem-host.ts";
  const address = `host: address.publicIp.apply(() => "127.0.0.1"),\n      port: ${String(server.port)},`;
  project.edit(component, "host: address.publicIp,\n", `${address}\n`);
  project.edit(component, 'user: "ec2-user"', `user: "${server.user}"`);
  const key = JSON.stringify(server.read("user"));
  project.edit(component, "privateKey: key.privateKey,\n", `privateKey: pulumi.secret(${key}),\n`);
  project.edit("components/host/push.ts", "/etc/ssh/ssh_host_ed25519_key.pub", join(server.folder, "host.pub"));
}
