#!/usr/bin/env bash
# Writes a comment on a pull request, or renews the one it wrote before: tools/ci/comment.sh KEY FILE
# Needs GH_TOKEN, GITHUB_REPOSITORY and PULL_REQUEST (its number).
set -euo pipefail

key=$1 file=$2
mark="<!-- ai-ecosystem: $key -->"
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
body=$(printf '%s\n%s\n' "$mark" "$(cat "$file")")

# only what the workflows' own account has written: anybody can write the mark
old=$(gh api --paginate "$comments" --jq \
  ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$mark\"))) | .id" | sed -n 1p)
if [ -n "$old" ]; then
  jq -n --arg body "$body" '{body: $body}' |
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$old" --input -
else
  jq -n --arg body "$body" '{body: $body}' | gh api --silent --method POST "$comments" --input -
fi
