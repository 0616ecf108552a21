# shellcheck shell=bash
# To be sourced, in the folder of the project:  . docs/runbooks/env.sh prod
# Sets STACK, PULUMI_STACK, AWS_REGION, CLUSTER, PG, MONGO, REDIS, and the commands that the runbooks use. It only reads,
# except for restart, scale and use.

STACK=${1:-${STACK:-prod}}
# all of it from the stack: what the shell had before may belong to another one
AWS_REGION=$(pulumi config get aws:region --stack "$STACK") || return 1
# the sandbox has none
CLUSTER=$(pulumi stack output clusterName --stack "$STACK" 2>/dev/null)
# for `pulumi config set` and `pulumi up` of the pages, whichever stack is selected
PULUMI_STACK=$STACK
AWS_PAGER=''
export STACK AWS_REGION CLUSTER PULUMI_STACK AWS_PAGER

# Alarms that are on, oldest first. The second region is CloudFront's.
state() {
  local region
  for region in "$AWS_REGION" us-east-1; do
    aws cloudwatch describe-alarms --region "$region" --alarm-name-prefix "ai-ecosystem-$STACK-" --state-value ALARM \
      --query 'sort_by(MetricAlarms, &StateUpdatedTimestamp)[].[StateUpdatedTimestamp, AlarmName, StateReason]' --output text
  done | sort -u
}

# history_of ID: what an alarm has done in the last days, e.g. history_of service-cpu-n8n
history_of() {
  aws cloudwatch describe-alarm-history --alarm-name "ai-ecosystem-$STACK-$1" --history-item-type StateUpdate --max-items 20 \
    --query 'AlarmHistoryItems[].[Timestamp, HistorySummary]' --output text
}

# services: wanted, running and starting tasks of every service
services() {
  # xargs: zsh, the shell of every Mac, makes one word of a variable
  aws ecs list-services --cluster "$CLUSTER" --query serviceArns --output text |
    xargs aws ecs describe-services --cluster "$CLUSTER" --output table \
      --query 'services[].[serviceName, desiredCount, runningCount, pendingCount, deployments[0].rolloutState]' --services
}

# events SERVICE: what ECS has done and could not do, newest first
events() {
  aws ecs describe-services --cluster "$CLUSTER" --services "$1" \
    --query 'services[0].events[:15].[createdAt, message]' --output text
}

# stopped SERVICE: why its last tasks ended (kept for about an hour)
stopped() {
  local arns
  arns=$(aws ecs list-tasks --cluster "$CLUSTER" --service-name "$1" --desired-status STOPPED --query 'taskArns[:10]' --output text)
  if [ -z "$arns" ] || [ "$arns" = None ]; then
    echo "no task of $1 has stopped within the hour"
    return 0
  fi
  echo "$arns" | xargs aws ecs describe-tasks --cluster "$CLUSTER" --output json \
    --query 'tasks[].[stoppedAt, stopCode, stoppedReason, containers[].[name, exitCode, reason]]' --tasks
}

# logs SERVICE [SINCE]: e.g. logs n8n-worker 2h
logs() { aws logs tail "/ai-ecosystem/$STACK/$1" --since "${2:-30m}" --format short; }

# restart SERVICE: new tasks of the same version, without a pause where there are two
restart() {
  aws ecs update-service --cluster "$CLUSTER" --service "$1" --force-new-deployment --query 'service.deployments[0].id' --output text
}

# scale SERVICE MIN MAX: at once; the next `pulumi up` sets the limits of the settings again
scale() {
  aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount \
    --resource-id "service/$CLUSTER/$1" --min-capacity "$2" --max-capacity "$3"
}

# revisions SERVICE: task definitions, newest first; the star is in use
revisions() {
  local current family
  current=$(aws ecs describe-services --cluster "$CLUSTER" --services "$1" --query 'services[0].taskDefinition' --output text)
  family=${current##*/} family=${family%:*}
  aws ecs list-task-definitions --family-prefix "$family" --sort DESC --max-items 5 --query 'taskDefinitionArns' --output text |
    tr '\t' '\n' | sed "s|^$current\$|& *|"
}

# use SERVICE TASK_DEFINITION: goes back to an older one; afterwards put the settings right, or `pulumi up` undoes it
use() {
  aws ecs update-service --cluster "$CLUSTER" --service "$1" --task-definition "$2" --query 'service.deployments[0].id' --output text
}

# metric NAMESPACE NAME STATISTIC DIMENSION=VALUE...: the last three hours in steps of five minutes
metric() {
  local namespace=$1 name=$2 statistic=$3 pair dimensions=()
  shift 3
  for pair in "$@"; do dimensions+=("Name=${pair%%=*},Value=${pair#*=}"); done
  aws cloudwatch get-metric-statistics --namespace "$namespace" --metric-name "$name" --statistics "$statistic" \
    --dimensions "${dimensions[@]}" --period 300 \
    --start-time "$(date -u -d '3 hours ago' +%FT%TZ 2>/dev/null || date -u -v-3H +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" \
    --query "sort_by(Datapoints, &Timestamp)[].[Timestamp, $statistic]" --output text
}

# those in use: one that was restored stands beside the one before
endpoints=$(pulumi stack output databaseEndpoints --json --stack "$STACK" 2>/dev/null | tr -d ' \n')
PG=$(echo "$endpoints" | sed -n 's/.*"postgres":"\([^".]*\)[.].*/\1/p')
MONGO=$(echo "$endpoints" | sed -n 's/.*"mongodb":"\([^".]*\)[.].*/\1/p')
unset endpoints
REDIS=$(aws elasticache describe-replication-groups --output text \
  --query "ReplicationGroups[?contains(ReplicationGroupId, '-$STACK-')].ReplicationGroupId | [0]")
export PG MONGO REDIS
