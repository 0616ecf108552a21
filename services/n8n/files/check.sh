#!/bin/sh
# The job's entrypoint is a shell.
exec node "$(dirname "$0")/check.js"
