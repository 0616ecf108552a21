import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { UsageError } from "../cli-error";

export type Action = "add" | "list" | "reset" | "remove";
const actions: readonly string[] = ["add", "list", "reset", "remove"] satisfies Action[];
const roles = ["agent", "administrator"];

/** What somebody asked for. */
export interface Wish {
  readonly action: Action;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  /** @default all */
  readonly only: readonly string[] | undefined;
  readonly json: boolean;
}

const usage = [
  'make user STACK=prod ARGS="add someone@example.com"     # --name NAME --role agent|administrator',
  'make user STACK=prod ARGS="list"                        # --json',
  'make user STACK=prod ARGS="reset someone@example.com"   # or remove; each of them: --only APPLICATION,...',
];
export const misuse = (message: string): UsageError => new UsageError(message, usage);

const options = {
  add: { name: { type: "string" }, role: { type: "string" }, only: { type: "string" } },
  list: { json: { type: "boolean" }, only: { type: "string" } },
  reset: { only: { type: "string" } },
  remove: { only: { type: "string" } },
} as const;

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
/** A dot-atom and a name of DNS (RFC 5322, 3.4.1), which every application takes. */
const address = new RegExp(`^(?=[^@]{1,64}@)${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}$`);

/**
 * Reads the words after `make user`; as `ecosystem user` on the host.
 * @throws UsageError
 */
export function wishOf(words: readonly string[]): Wish {
  const [action = "", ...rest] = words;
  if (!actions.includes(action)) throw misuse(`user takes add, list, reset or remove, not ${action || "nothing"}`);
  let given: { values: Readonly<Record<string, unknown>>; positionals: string[] };
  try {
    given = parseArgs({ args: [...rest], options: options[action as Action], allowPositionals: true, strict: true });
  } catch (error) {
    throw misuse(`user ${action}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { values, positionals } = given;
  const text = (key: string) => (typeof values[key] === "string" ? values[key] : undefined);
  const email = positionals[0]?.toLowerCase() ?? "";
  if (positionals.length > (action === "list" ? 0 : 1)) throw misuse(`user ${action} takes one address at most`);
  if (action !== "list" && (email.length > 254 || !address.test(email))) {
    throw misuse(`user ${action} needs an address, as in: ${action} someone@example.com`);
  }
  const local = email.replace(/[@+].*/, "");
  const name = text("name") ?? (local.length < 3 ? email.slice(0, 80) : local);
  if (action === "add" && !/^[^\p{Cc}<>]{3,80}$/u.test(name)) throw misuse("a name has 3 to 80 characters");
  const role = text("role") ?? "agent";
  if (!roles.includes(role)) throw misuse(`--role is agent or administrator, not ${role}`);
  return {
    action: action as Action,
    email,
    name,
    role,
    only: text("only")?.split(","),
    json: values["json"] === true,
  };
}

/** Without those that look alike. */
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/** 25 letters and digits, of each kind, in groups that can be read aloud. */
export function newPassword(): string {
  for (;;) {
    const groups = Array.from({ length: 5 }, () =>
      Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join(""),
    );
    const password = groups.join("-");
    if (/[A-Z]/.test(password) && /[a-z]/.test(password) && /\d/.test(password)) return password;
  }
}
