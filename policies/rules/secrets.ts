import { at, isMasked, isMissing, isOpaque, textsOf, type TextAt } from "../engine/inputs";
import { isSecretName, secretsIn } from "../engine/secret-text";
import type { RecordedResource, Rule } from "../engine/types";

const remoteCommand = "command:remote:Command";
const commands = { types: [remoteCommand, "command:local:Command"] } as const;

/** Values of these are secret, whatever becomes of them. */
const generators = ["random:index/randomPassword:RandomPassword", "random:index/randomBytes:RandomBytes"];

const plainTexts = (resource: RecordedResource): readonly TextAt[] =>
  textsOf(resource.inputs).filter((t) => !isOpaque(t.text));

const hasSecret = (value: unknown) => textsOf(value).some((t) => isMasked(t.text));

/** Labels; a tag may be called `token`. */
const isLabel = (path: string) => /(?:^|\.)(?:tags|tagsAll|defaultTags|labels|keepers)\./.test(path);

/** A name or place of a secret, or a hole that is filled on the host. */
const isReference = (text: string) => /^(?:arn:|\/|\$\{|@@|\{\{)/.test(text);

/** How secrets travel through the program. */
export const secretRules: readonly Rule[] = [
  {
    id: "AIE-SEC-01",
    severity: "error",
    title: "No key, token or password stands in plain in an input",
    reason: "It would be readable in the state, in previews and in their comments on pull requests.",
    remedy:
      "Set the value with `pulumi config set --secret` or wrap it in pulumi.secret(); revoke the one that was shown.",
    references: ["CKV_AWS_41", "CKV_AWS_45", "CKV_AWS_46", "AVD-AWS-0036"],
    scope: "resource",
    check: (r) => plainTexts(r).flatMap((t) => secretsIn(t.text).map((what) => `holds ${what} in plain in ${t.path}`)),
  },
  {
    id: "AIE-SEC-02",
    severity: "error",
    title: "Inputs that are named like secrets are secret",
    reason: "A password in plain ends up in the state and in every preview.",
    remedy: "Pass the secret output itself (Secrets, requireSecret) and build texts by apply or pulumi.interpolate.",
    references: ["FSBP ECS.8", "CKV_AWS_41"],
    scope: "resource",
    check: (r) =>
      plainTexts(r)
        .filter((t) => t.text !== "" && isSecretName(t.key) && !isLabel(t.path) && !isReference(t.text))
        .map((t) => `has the secret ${t.path} in plain`),
  },
  {
    id: "AIE-SEC-03",
    severity: "warning",
    title: "A generated secret stays secret where it is used",
    reason: "A value that leaves its output through a variable loses its mark and is stored in plain.",
    remedy:
      "Stay inside apply, pulumi.all or pulumi.interpolate; depend on the resource that is needed, not on all secrets.",
    references: [],
    scope: "stack",
    check: (r, stack) => {
      const sources = stack.usedBy(r, ...generators).map((s) => s.name);
      const texts = textsOf(r.inputs);
      const own = r.type.startsWith("aws:") || r.type.startsWith("command:");
      if (!own || sources.length === 0 || texts.length === 0) return [];
      return texts.some((t) => isOpaque(t.text)) ? [] : [`uses ${sources.join(", ")}, but no input of it is secret`];
    },
  },
  {
    ...commands,
    id: "AIE-CMD-01",
    severity: "error",
    title: "Command lines hold no secret",
    reason: "Arguments are seen by every user of the machine (`ps`), and stand in the state.",
    remedy: "Send the secret over `stdin`, and read it there.",
    references: [],
    scope: "resource",
    check: (r) =>
      ["create", "update", "delete"]
        .filter((key) => hasSecret(r.inputs[key]))
        .map((key) => `has a secret on the command line of ${key}`),
  },
  {
    ...commands,
    id: "AIE-CMD-02",
    severity: "error",
    title: "Commands that get a secret log nothing",
    reason: "Their output is shown in previews and diffs, even where it is marked as secret.",
    remedy: 'Set logging: "none" and additionalSecretOutputs: ["stdout", "stderr"].',
    references: [],
    scope: "resource",
    check: (r) => {
      const gets = ["stdin", "environment"].filter((key) => hasSecret(r.inputs[key]));
      const logging = r.inputs["logging"];
      return gets.length > 0 && !isOpaque(logging) && logging !== "none"
        ? [`gets a secret by ${gets.join(" and ")} and logs its output`]
        : [];
    },
  },
  {
    id: "AIE-CMD-03",
    severity: "warning",
    title: "Remote commands get secrets over stdin, not as variables",
    reason: "SSH servers refuse unknown variables, and what runs as the same user reads /proc/<pid>/environ.",
    remedy: "Send the values over `stdin`.",
    references: [],
    types: [remoteCommand],
    scope: "resource",
    check: (r) => (hasSecret(r.inputs["environment"]) ? ["has a secret in its environment"] : []),
  },
  {
    id: "AIE-CMD-04",
    severity: "error",
    title: "Remote commands know the key of the host",
    reason: "Without it whoever answers at the address gets what is sent: every secret of a release.",
    remedy: "Set connection.hostKey to the public key that the first connection recorded.",
    // https://github.com/pulumi/pulumi-command: without hostKey it uses ssh.InsecureIgnoreHostKey
    references: [],
    types: [remoteCommand],
    scope: "resource",
    check: (r) => {
      const key = at(r.inputs, "connection.hostKey");
      return r.inputs["connection"] !== undefined && !isOpaque(key) && isMissing(key)
        ? ["takes whatever answers for its host"]
        : [];
    },
  },
];
