import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { need } from "../need";
import { startMoto, type Moto } from "../s3/moto";
import { accountAnswers, nameServersOf } from "./account";
import { startNameServer, type NameServer } from "./dns";
import { startFront, type Front } from "./front";
import type { Block } from "./lines";
import { Machine } from "./machine";
import { makeAlarmsAndDatabase, makeRepositories, production, putImages, sandbox, tell, type Made } from "./made";

/** What a program of somebody who has git, make and Node needs of the system. */
const system = ["bash", "sh", "env", "grep", "sed", "awk", "touch", "uname", "cat", "cksum", "rm", "ln", "tr"];

/** Somebody's machine, and the world that its commands reach: an AWS account, DNS, Docker, GitHub, and where Pulumi's state is. */
export class World {
  readonly #stops: (() => void)[] = [];
  #made: Made | undefined;

  private constructor(
    readonly machine: Machine,
    /** What `git clone` takes for this project's repository. */
    readonly repository: string,
  ) {
    this.#stops.push(() => {
      machine.end();
    });
  }

  /** With git, make and Node, and nothing else: no pulumi, no AWS CLI, no account. */
  static bare(context: Mocha.Context): World {
    const programs = Object.fromEntries(system.map((name) => [name, need(context, name)]));
    const machine = new Machine({ ...programs, node: process.execPath });
    machine.make(need(context, "make"));
    return new World(machine, machine.git(need(context, "git")));
  }

  /** The rest of what the pages ask for. */
  async equip(context: Mocha.Context): Promise<void> {
    const { machine } = this;
    const dig = need(context, "dig");
    const moto: Moto = await startMoto(context);
    this.#stops.push(() => {
      moto.stop();
    });
    const made = await production();
    const front: Front = await startFront(
      moto.url,
      accountAnswers(() => made.resources),
    );
    this.#stops.push(() => {
      front.stop();
    });
    const names: NameServer = await startNameServer((zone) => nameServersOf(moto.url, zone));
    this.#stops.push(() => {
      names.stop();
    });
    const dns = { NODE_OPTIONS: `--require ${join(__dirname, "resolver.cjs")}`, TEST_DNS_PORT: String(names.port) };
    const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "only-of-this-test", AWS_ENDPOINT_URL: front.url };
    const notes = ["PULUMI_STAND_IN", "DOCKER_STAND_IN", "GH_STAND_IN"].map((name) => [name, this.note(name)] as const);
    machine.gets({ ...dns, ...keys, ...Object.fromEntries(notes) }, process.env["PATH"]);
    tell(this.note("PULUMI_STAND_IN"), "prod", made);
    tell(this.note("PULUMI_STAND_IN"), "sandbox", await sandbox());
    for (const name of ["pulumi", "gh"]) machine.program(name, `exec node ${join(__dirname, name)}.cjs "$@"`);
    machine.program("docker", `exec ${join(__dirname, "docker")} "$@"`);
    machine.program("aws", `exec ${moto.bin}/aws "$@"`);
    machine.program("dig", `exec ${dig} @127.0.0.1 -p ${String(names.port)} "$@"`);
    mkdirSync(join(machine.home, ".aws"));
    const profile = ["[profile customer-a]", "aws_access_key_id = test", "aws_secret_access_key = test", ""];
    writeFileSync(join(machine.home, ".aws/config"), profile.join("\n"));
    this.#made = made;
    this.url = moto.url;
  }

  /** Of the emulated AWS. */
  url = "";

  note(name: string): string {
    return join(this.machine.folder, name);
  }

  /** Lines that a stand-in has noted. */
  noted(name: string): readonly string[] {
    const file = this.note(name);
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  /** Makes in the emulated AWS what a block would have made, had pulumi and Docker been real. */
  async becomes({ heading }: Block): Promise<void> {
    if (this.#made === undefined) return;
    if (heading === "7. The registry") await makeRepositories(this.url, this.#made);
    if (heading === "8. The images") await putImages(this.url, this.noted("DOCKER_STAND_IN"));
    if (heading === "10. The deployment") await makeAlarmsAndDatabase(this.url, this.#made);
  }

  end(): void {
    for (const stop of this.#stops.reverse()) stop();
  }
}
