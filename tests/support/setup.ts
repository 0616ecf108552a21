// An Output that is turned into text throws, instead of writing its warning into a file.
process.env["PULUMI_ERROR_OUTPUT_STRING"] = "1";

// the tests are of this project's services: a user's own ones (services.local/) leave them as they are
process.env["SERVICES_LOCAL"] ??= "";
