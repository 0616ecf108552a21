// Pulumi would type-check the pack with ts-node each time; tsx runs it like the rest of the program.
require("tsx/cjs");
require("./index.ts");
