# shellcheck shell=bash
# The help is the documentation.

usage_error() {
  complain "$*"
  { echo "       See: ecosystem help"; } >&2
  exit "$USAGE"
}

no_arguments() { # COMMAND ARGUMENT...
  [ $# = 1 ] || usage_error "$1 takes no arguments"
}
json_only() { # COMMAND ARGUMENT...
  [ $# = 1 ] || { [ $# = 2 ] && [ "$2" = --json ]; } || usage_error "$1 takes --json, or nothing"
}

show_help() {
  cat <<'TEXT'
ecosystem - operates the AI & automation ecosystem on this host

  ecosystem status  [--json]          services, memory, swap, disk, release, certificate, last backup
  ecosystem health  [--json]          health of every service, and an answer through nginx from every address
  ecosystem doctor  [--json]          what is wrong or soon will be, each with its remedy
  ecosystem logs    [SERVICE...]      follows the logs, secrets masked (--no-follow, -n LINES)

  ecosystem start                     starts everything, waits until it is healthy
  ecosystem stop                      stops everything; the data stays
  ecosystem restart [SERVICE]         restarts one service, or all

  ecosystem maintenance on            visitors see a page, webhooks are told to come again (503); what waits is worked off,
                                      then the applications stop (--now: at once, --minutes N: how long at most, 10)
  ecosystem maintenance off | status  starts everything again

  ecosystem backup  [--json]          databases, files and encryption keys into one archive, restored on trial, sent to S3
  ecosystem backup  list [--json]     the archives, here and in S3, and their proofs
  ecosystem backup  show   ARCHIVE    what is in one
  ecosystem backup  verify ARCHIVE    restores it on trial once more, beside the real data
  ecosystem backup  fetch  s3:NAME [FILE]  one from S3, decrypted
  ecosystem restore ARCHIVE [--yes]   checks the archive, saves the present state, restores, compares the counts
                                      ARCHIVE: a name or path, latest, s3:NAME or s3:latest
                                      --only postgres,mongodb,redis,files, or an application with a database
                                      --no-start: the applications stay stopped, for another release
  ecosystem tls     show | renew      the certificate; renew tries Let's Encrypt at once
  ecosystem user add EMAIL            a colleague gets into every application, with a link by mail where smtp is set, else
                                      with a password shown once (--name NAME, --role agent|administrator)
  ecosystem user list   [--json]      who is where
  ecosystem user reset  EMAIL         a new link or password
  ecosystem user remove EMAIL         out of every application; what they made stays
                                      each of them: --only APPLICATION,...
  ecosystem assistant check [--json]  asks the assistant its examples, some of which try to make it misbehave
  ecosystem run SERVICE [ARGUMENT...] the service's program once more, in a container and with memory of its own
                                      (a command by `docker exec` shares the service's memory, and may end it)
  ecosystem update                    pinned and running images, and how to move them

Exit codes: 0 well, 1 failed, 2 wrong usage, 3 something is unhealthy (status, health, doctor, start, restart),
            or the assistant answered as it should not (assistant check).

Something is wrong?  1. ecosystem doctor   2. ecosystem logs SERVICE   3. ecosystem restart SERVICE
Backups:             /opt/ai-ecosystem/backups and S3, nightly at 02:00, kept for backupRetentionDays, never the newest deleted
A bad release:       the push goes back by itself; to go back later, revert the program and run pulumi up
First boot:          /var/log/user-data.log
Timers:              systemctl list-timers 'ai-ecosystem-*'
TEXT
}
