import { expect } from "chai";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostFolder } from "../../support/host/scripts";

/**
 * In place of the applications: keeps people in a folder a job, notes how it was called, and answers as templates' scripts do.
 * A job named in `broken` answers nothing.
 */
const applications = `
docker() {
  case "$*" in
    *' run --rm --no-deps '*' -T '*)
      echo "$*" >>"$ECOSYSTEM_HOME/calls"
      local words=("$@") i
      for ((i = 0; i < $#; i++)); do [ "\${words[i]}" != -T ] || break; done
      local job=\${words[i + 1]} request email role file
      request=$(cat); echo "$job $request" >>"$ECOSYSTEM_HOME/requests"
      [ "$job" != "$(cat "$ECOSYSTEM_HOME/broken" 2>/dev/null)" ] || { echo "no database: N8N abcd1234"; return 1; }
      email=$(jq -r '.email // ""' <<<"$request"); role=$(jq -r '.role // ""' <<<"$request"); file=$ECOSYSTEM_HOME/people/$job/$email
      mkdir -p "$ECOSYSTEM_HOME/people/$job"
      echo "some log line of the application"
      case $(jq -r .action <<<"$request") in
        list) for f in "$ECOSYSTEM_HOME/people/$job"/*; do [ -f "$f" ] && jq -cn --arg e "\${f##*/}" --arg r "$(cat "$f")" '{email: $e, name: "", role: $r}'; done | jq -sc '"users: " + ({users: .} | tojson)' | jq -r . ;;
        add) if [ -f "$file" ]; then echo "users: {\\"result\\":\\"exists\\",\\"role\\":\\"$(cat "$file")\\"}"; else echo "$role" >"$file"; jq -c '{result: "added", role, mailed: (has("password") | not)}' <<<"$request" | sed 's/^/users: /'; fi ;;
        reset) if [ -f "$file" ]; then jq -c '{result: "reset", mailed: (has("password") | not)}' <<<"$request" | sed 's/^/users: /'; else echo 'users: {"result":"absent"}'; fi ;;
        remove) if [ ! -f "$file" ]; then echo 'users: {"result":"absent"}'; elif [ "$(cat "$file")" = administrator ]; then echo 'users: {"result":"refused","reason":"is the last administrator"}'; else rm "$file"; echo 'users: {"result":"removed"}'; fi ;;
      esac ;;
    *) ;;
  esac
}
export -f docker`;

describe("people on the host", function () {
  const host = hostFolder();
  const user = (command: string) => host().ecosystem(`user ${command}`, applications);
  const requests = (): Record<string, string>[] =>
    host().has("requests")
      ? host()
          .read("requests")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line.slice(line.indexOf(" ") + 1)) as Record<string, string>)
      : [];
  const shown = (output: string) => /shown this once: (\S+)/.exec(output)?.[1] ?? "";
  const facts = (change: (facts: Record<string, unknown>) => void) => {
    const path = join(host().home, `releases/${host().release.id}/release.json`);
    const all = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    change(all);
    writeFileSync(path, JSON.stringify(all));
  };

  for (const command of [
    ...["", "nonsense", "add", "add a", "add a@b", "add a@@b.c", "add a@b.c d@e.f", "add 'a b@c.de'", "add 'a@b.c;id'"],
    ...[
      "add a@b.cd --role owner",
      "add a@b.cd --role",
      "add a@b.cd --name x",
      "add a@b.cd --name ''",
      "add a@b.cd --bogus",
    ],
    ...[
      "add ana@b.cd --only nosuch",
      "add ana@b.cd --only",
      "list x",
      "list --bogus",
      "reset",
      "reset a@b.cd --role agent",
    ],
    ...["remove", "remove a@b.cd --json", "add ''", "add a..b@c.de", "add .a@c.de", "add a@-c.de", "add a@c..de"],
  ]) {
    it(`refuses with 2 and words: user ${command}`, () => {
      const { status, output } = user(command);
      expect(status, output).to.equal(2);
      expect(output).to.match(/error: \S.*\n[^]*See: ecosystem help/);
      expect(host().has("requests")).to.equal(false);
    });
  }

  it("lets a colleague into every application, with one password that is shown once (APP-7)", () => {
    const { status, output } = user("add Ana.Perez+desk@Example.com --name 'Ana Pérez' --role administrator");
    expect(status, output).to.equal(0);
    const password = shown(output);
    expect(password).to.match(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[A-Za-z0-9]{5}(-[A-Za-z0-9]{5}){4}$/);
    expect(requests()).to.have.lengthOf(3);
    for (const request of requests()) {
      expect(request).to.deep.equal({
        action: "add",
        email: "ana.perez+desk@example.com",
        name: "Ana Pérez",
        role: "administrator",
        password,
      });
    }
    for (const application of ["chatwoot", "librechat", "n8n"]) {
      expect(output).to.match(new RegExp(`^${application} +added +administrator +https://`, "m"));
    }
    // nor in what any process list shows
    expect(host().read("calls")).not.to.contain(password).and.not.to.contain("ana.perez");
  });

  it("changes nothing for one who is there, and shows no password", () => {
    user("add ana@example.com");
    const { status, output } = user("add ana@example.com --role administrator");
    expect(status, output).to.equal(0);
    expect(output.match(/exists +agent/g)).to.have.lengthOf(3);
    expect(output).not.to.match(/password/i);
  });

  it("takes the applications alone that are asked for", () => {
    user("add ana@example.com --only n8n,librechat");
    expect(readdirSync(join(host().home, "people")).sort()).to.deep.equal(["librechat-admin", "n8n-import"]);
  });

  it("says what failed, goes on, and the same command completes it", () => {
    writeFileSync(join(host().home, "broken"), "librechat-admin");
    const first = user("add ana@example.com");
    expect(first.status, first.output).to.equal(1);
    expect(first.output).to.match(/failed in: librechat\. .*the same command again/);
    expect(first.output).to.contain("no database: N8N ********").and.not.to.contain("abcd1234");
    expect(first.output).to.match(/Password of ana@example.com for chatwoot n8n,/);
    writeFileSync(join(host().home, "broken"), "");
    const second = user("add ana@example.com");
    expect(second.status, second.output).to.equal(0);
    expect(second.output)
      .to.match(/librechat +added/)
      .and.to.match(/Password of ana@example.com for librechat,/);
    expect(second.output.match(/exists/g)).to.have.lengthOf(2);
  });

  it("sends a link where mail is set up, and makes no password", () => {
    facts((all) => (all["mail"] = true));
    const { status, output } = user("add ana@example.com");
    expect(status, output).to.equal(0);
    expect(requests()[0]).not.to.have.property("password");
    expect(output).to.contain("A mail with a link went to ana@example.com from: chatwoot n8n librechat");
    expect(output).not.to.contain("Password of");
  });

  it("lists who is where, for people and for machines", () => {
    user("add ana@example.com --only chatwoot");
    user("add zoe@example.com --role administrator");
    const { output } = user("list");
    expect(output).to.match(/^EMAIL +NAME +CHATWOOT +N8N +LIBRECHAT$/m);
    expect(output).to.match(/^ana@example.com +agent +- +-$/m);
    const { stdout } = user("list --json");
    expect(JSON.parse(stdout)).to.deep.equal([
      { email: "ana@example.com", name: "", applications: { chatwoot: "agent" } },
      {
        email: "zoe@example.com",
        name: "",
        applications: { chatwoot: "administrator", librechat: "administrator", n8n: "administrator" },
      },
    ]);
  });

  it("resets and removes, and does so twice without harm", () => {
    user("add ana@example.com");
    const reset = user("reset ana@example.com");
    expect(reset.status, reset.output).to.equal(0);
    expect(shown(reset.output)).to.have.lengthOf(29);
    expect(user("remove ana@example.com").output.match(/removed/g)).to.have.lengthOf(3);
    const again = user("remove ana@example.com");
    expect(again.status, again.output).to.equal(0);
    expect(again.output.match(/absent/g)).to.have.lengthOf(3);
  });

  it("removes neither the administrator of the settings nor the last one", () => {
    facts((all) => (all["administrator"] = "Boss@Example.com"));
    const boss = user("remove boss@example.com");
    expect(boss.status, boss.output).to.equal(1);
    expect(boss.output).to.match(/administrator of the settings\. Next: set adminEmail/);
    expect(host().has("requests")).to.equal(false);
    user("add zoe@example.com --role administrator");
    const last = user("remove zoe@example.com");
    expect(last.status, last.output).to.equal(1);
    expect(last.output).to.match(/refused .*is the last administrator/);
  });

  it("wants a release, and no half-restored data", () => {
    mkdirSync(join(host().home, "data/backups"), { recursive: true });
    host().state("restore.json", JSON.stringify({ from: "a", safety: "b", time: "2026-11-28T12:00:00Z" }));
    const { status, output } = user("add ana@example.com");
    expect(status, output).to.equal(1);
    expect(output).to.contain("did not end");
  });
});
