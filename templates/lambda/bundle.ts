import { buildSync } from "esbuild";
import { join } from "node:path";

/**
 * One JavaScript file with everything that a Lambda function of this folder needs, but for the AWS SDK, which is part of
 * the runtime. The same sources give the same text.
 */
export function bundleLambda(name: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, name, "index.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node22",
    format: "cjs",
    // pg asks for it only where it is wanted
    external: ["@aws-sdk/*", "pg-native"],
    // paths in comments would differ from one checkout to the next
    absWorkingDir: __dirname,
    legalComments: "none",
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of the Lambda function ${name}`);
  return file.text;
}
