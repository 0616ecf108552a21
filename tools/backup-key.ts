import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { textOf } from "../components/fargate/diagnosis";
import { CliError } from "./cli-error";
import { escrowText, type Escrow, type EscrowOutputs } from "./backup-key/escrow";
import { outputsOf } from "./stack/outputs";

const root = join(__dirname, "..");

/**
 * What the stack's data is read with.
 * @throws CliError when its program is older than that output
 */
function readEscrow(stack: string): Escrow {
  const { backups, generatedSecrets: secrets } = outputsOf<EscrowOutputs>(stack, "secrets");
  if (secrets === undefined) {
    throw new CliError(`The stack ${stack} does not tell its keys yet.`, [`make up STACK=${stack}`]);
  }
  return { stack, backups, secrets, program: readFileSync(join(root, "templates/host/bin/lib/seal.py"), "utf8") };
}

function main(): number {
  const [stack = "sandbox"] = process.argv.slice(2);
  const file = `ai-ecosystem-${stack}-backup-key.txt`;
  try {
    // never over one that is there: it may be all that opens older archives
    writeFileSync(file, escrowText(readEscrow(stack)), { mode: 0o600, flag: "wx" });
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === "EEXIST";
    console.error(taken ? `${file} is there already, and stays as it is. Move it away first.` : textOf(error));
    if (error instanceof CliError) for (const line of error.hint) console.error(`    ${line}`);
    return 1;
  }
  console.log(`${file} is written, readable by you alone. It opens the data of the stack ${stack}.`);
  console.log("Keep it where the stack's loss does not take it along and nobody else reads it: a password manager, or");
  console.log("on paper in a safe. Not in this repository, not in the bucket. Then delete the file here.");
  return 0;
}

process.exitCode = main();
