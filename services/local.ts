import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { CatalogueError, type Problem } from "./model/checks/catalogue-error";
import type { ServiceFactory } from "./model/context";

/**
 * For a user's own services: this project never has files there, so no update of it touches them. SERVICES_LOCAL is another
 * folder, or empty where none counts, as in this project's own tests.
 */
const ownFolder = process.env["SERVICES_LOCAL"] ?? join(__dirname, "..", "services.local");

const text = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] as string;

/** The factory with errors that name its file. */
const named =
  (key: string, factory: ServiceFactory): ServiceFactory =>
  (context) => {
    try {
      return factory(context);
    } catch (error) {
      throw new CatalogueError([{ key, message: `fails: ${text(error)}` }]);
    }
  };

/**
 * The services in a folder: every function that one of its TypeScript files exports. What cannot be read is told by whoever
 * builds a catalogue, as every other problem of it is.
 */
export function localServices(folder = ownFolder): readonly ServiceFactory[] {
  if (folder === "" || !existsSync(folder)) return [];
  const problems: Problem[] = [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const factories = files.sort().flatMap((file): ServiceFactory[] => {
    const key = `${basename(folder)}/${file}`;
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- known at run time only
      const exported: unknown[] = Object.values(require(join(folder, file)) as object);
      const found = exported.filter((value) => typeof value === "function");
      if (found.length === 0) problems.push({ key, message: "exports no service: a function of type ServiceFactory" });
      return found.map((factory) => named(key, factory as ServiceFactory));
    } catch (error) {
      problems.push({ key, message: `cannot be read: ${text(error)}` });
      return [];
    }
  });
  const refuse: ServiceFactory = () => {
    throw new CatalogueError(problems);
  };
  return problems.length > 0 ? [refuse] : factories;
}
