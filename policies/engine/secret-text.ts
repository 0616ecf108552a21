/** What a secret looks like, by itself. */
const shapes: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { what: "an AWS access key", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: "a GitHub token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/ },
  { what: "an API key of an LLM provider", pattern: /\bsk-[A-Za-z0-9][A-Za-z0-9_-]{19}|\bAIza[0-9A-Za-z_-]{35}/ },
  { what: "a Slack token", pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10}/ },
  { what: "a Slack webhook", pattern: /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+/ },
  { what: "a Pulumi token", pattern: /\bpul-[0-9a-f]{40}\b/ },
  { what: "a JSON web token", pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/ },
  // a variable (${PASSWORD}) or a hole (@@PASSWORD@@) in the place of the password is fine
  { what: "a password in a URL", pattern: /\b[a-z][a-z0-9+]*:\/\/[^\s:/@"'${}]+:[^\s:/@"'${}]{3,}@/i },
];

/** Names of the kinds of secrets that a text holds. */
export const secretsIn = (text: string): readonly string[] =>
  shapes.filter(({ pattern }) => pattern.test(text)).map(({ what }) => what);

const assignment =
  /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)\s*[=:]\s*["']?(?![$<{(@"'\s])[^\s"'$]{6,}/i;

/** Whether a script sets something that is named like a secret to a literal value. */
export const assignsSecret = (script: string): boolean => assignment.test(script);

const snake = /(?:^|_)(?:password|passwd|passphrase|secret|token|(?:api|private|secret|encryption)_key|auth)$/i;
const camel =
  /(?:^(?:password|passphrase|secret|token)|[pP]assword|Passphrase|Secret|[a-z]Token|[sS]ecretString|[sS]ecretBinary|[sS]ecretKey|[pP]rivateKey|[pP]rivateKeyPem|[aA]piKey)$/;

/** Whether an input or variable of this name holds a secret (and not its ARN, its length or its version). */
export const isSecretName = (key: string): boolean => snake.test(key) || camel.test(key);
