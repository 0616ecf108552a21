import * as pulumi from "@pulumi/pulumi";
import { CatalogueError } from "../services/model/checks/catalogue-error";
import { describeProblems } from "../settings/problems";

/**
 * What is wrong with the catalogue, in words for whoever runs Pulumi.
 * @throws pulumi.RunError
 */
export function explained<T>(compose: () => T): T {
  try {
    return compose();
  } catch (error) {
    if (error instanceof CatalogueError) throw new pulumi.RunError(describeProblems(error.problems, pulumi.getStack()));
    throw error;
  }
}
