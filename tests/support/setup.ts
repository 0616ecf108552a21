// An Output that is turned into text throws, instead of writing its warning into a file.
process.env["PULUMI_ERROR_OUTPUT_STRING"] = "1";
