// Must come before the first import of @pulumi/pulumi: a text made of an output is then an error,
// and not a line in a file on the host.
process.env["PULUMI_ERROR_OUTPUT_STRING"] ??= "1";
