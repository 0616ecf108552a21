import * as pulumi from "@pulumi/pulumi";
import { buildCatalogue, catalogue } from "../services/catalogue";
import { CatalogueError } from "../services/model/checks/catalogue-error";
import type { ServiceFactory } from "../services/model/context";
import { describeProblems, type Problem } from "../settings/problems";
import {
  completeSettings,
  configOfStack,
  parseSettings,
  type ParsedSettings,
  type RawSettings,
  type Settings,
} from "../settings/settings";
import { contextOf } from "./contexts";

/** What is wrong with the services of settings that have problems of their own. */
function problemsOfServices(settings: Settings, factories: readonly ServiceFactory[]): readonly Problem[] {
  const context = contextOf(settings);
  try {
    buildCatalogue(factories, context, settings.services);
    return [];
  } catch (error) {
    if (error instanceof CatalogueError) return error.problems;
    throw error;
  }
}

/** The settings of a stack, or all that is wrong with them, what only the catalogue knows among it. */
export function parseStack(
  raw: RawSettings,
  stack: string,
  factories: readonly ServiceFactory[] = catalogue,
): { readonly parsed: ParsedSettings } | { readonly problems: readonly Problem[] } {
  const result = parseSettings(raw);
  if ("parsed" in result || result.sound === undefined) return result;
  return { problems: [...result.problems, ...problemsOfServices(completeSettings(result.sound, stack), factories)] };
}

/**
 * The settings of the running stack.
 * @throws pulumi.RunError that lists every problem of the configuration.
 */
export function readSettings(): Settings {
  const stack = pulumi.getStack();
  const result = parseStack(configOfStack(), stack);
  if ("problems" in result) throw new pulumi.RunError(describeProblems(result.problems, stack));
  return completeSettings(result.parsed, stack);
}
