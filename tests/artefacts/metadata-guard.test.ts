import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { need, unmet } from "../support/need";
import { root } from "../support/root";

const guard = join(root, "templates/host/bin/metadata-guard");

/** A machine in network namespaces: two networks of containers, and the metadata's address beyond it. */
const machine = `
set -euo pipefail
mount --make-rprivate /; mount -t tmpfs tmpfs /run; mkdir -p /run/netns
ip link set lo up
segment() { # NAME INTERFACE NETWORK
  ip netns add "$1"; ip link add "$2" type bridge; ip addr add "$3.1/24" dev "$2"; ip link set "$2" up
  ip link add "$1-p" type veth peer name eth0 netns "$1"; ip link set "$1-p" master "$2" up
  ip -n "$1" addr add "$3.2/24" dev eth0; ip -n "$1" link set eth0 up; ip -n "$1" route add default via "$3.1"
}
segment chat ai-eco-aws 10.1.0; segment n8n br-frontend 10.2.0; segment imds out0 10.3.0
ip -n imds addr add 169.254.169.254/32 dev eth0; ip route add 169.254.169.254 via 10.3.0.2
echo 1 >/proc/sys/net/ipv4/ip_forward
ip netns exec imds python3 -m http.server 80 --bind 169.254.169.254 >/dev/null 2>&1 &
trap 'kill $!' EXIT
asks() { if "$@" curl -sS -o /dev/null --max-time 20 http://169.254.169.254/ 2>/dev/null; then echo yes; else echo no; fi; }
until [ "$(asks env)" = yes ]; do sleep 0.1; done
echo "n8n $(asks ip netns exec n8n)"
bash "$1"
iptables -I FORWARD -j DOCKER-USER # as docker does when it starts
bash "$1" # and when docker was started anew
echo "rules $(iptables -S DOCKER-USER | grep -c REJECT)"
for who in chat n8n; do echo "$who $(asks ip netns exec "$who")"; done
echo "host $(asks env)"
`;

describe("metadata-guard", function () {
  it("leaves the instance's metadata to the host and the network of Bedrock's users (SEC-3)", function () {
    for (const program of ["unshare", "ip", "iptables", "curl", "python3"]) need(this, program);
    if (process.getuid?.() !== 0) unmet(this, "only root makes network namespaces");
    const { stdout, stderr } = spawnSync("unshare", ["-n", "-m", "bash", "-c", machine, "machine", guard], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${String(process.env["PATH"])}:/usr/sbin:/sbin` },
    });
    expect(stdout, stderr).to.equal("n8n yes\nrules 1\nchat yes\nn8n no\nhost yes\n");
  });
});
