# shellcheck shell=bash
# To be sourced, in bash or zsh, in the folder of the project:  . docs/runbooks/env.sh prod [REGION]
# Sets STACK, PULUMI_STACK, AWS_REGION, CLUSTER (of a host: ID), PG, MONGO, REDIS, and the commands that the runbooks use.
# It asks AWS alone, not Pulumi: whoever is on call needs neither the state nor its secrets. It only reads, except for
# restart, scale, use, sql and dump_now.

STACK=${1:-${STACK:-prod}}
# zsh takes the comments of what is pasted for words, unless told so
[ -z "${ZSH_VERSION:-}" ] || setopt interactive_comments
# from the second word or the stack's settings file: what the shell had before may belong to another stack
AWS_REGION=${2:-$(sed -n 's/^ *aws:region: *//p' "Pulumi.$STACK.yaml" 2>/dev/null | tr -d "\"' ")}
if [ -z "$AWS_REGION" ]; then
  echo "There is no Pulumi.$STACK.yaml here that would tell the region:  . docs/runbooks/env.sh $STACK eu-central-1" >&2
  return 1
fi
# for `pulumi config set` and `pulumi up` of the pages, whichever stack is selected
PULUMI_STACK=$STACK
AWS_PAGER=''
# version 1 of the CLI reads this one
AWS_DEFAULT_REGION=$AWS_REGION
export STACK AWS_REGION AWS_DEFAULT_REGION PULUMI_STACK AWS_PAGER

# a cluster in production, an instance in a sandbox
CLUSTER=$(aws ecs list-clusters --output text \
  --query "clusterArns[?contains(@, '/ai-ecosystem-$STACK-services-')] | [0]") || return 1
CLUSTER=${CLUSTER##*/} ID=
if [ "$CLUSTER" = None ]; then
  CLUSTER=
  ID=$(aws ec2 describe-instances --query 'Reservations[].Instances[].InstanceId | [0]' --output text \
    --filters "Name=tag:ai-ecosystem:stack,Values=$STACK" Name=instance-state-name,Values=pending,running,stopping,stopped)
  if [ -z "$ID" ] || [ "$ID" = None ]; then
    echo "There is no stack $STACK in $AWS_REGION that this login sees:  aws sts get-caller-identity" >&2
    return 1
  fi
fi
export CLUSTER ID

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

# tasks: a host has none, and a program of its own in their place
has_tasks() {
  [ -z "$CLUSTER" ] || return 0
  echo "$STACK is a host:  aws ssm start-session --target $ID  and there: ecosystem status, logs, restart, doctor; PostgreSQL:" >&2
  # shellcheck disable=SC2016 # for the host's shell
  echo '  sudo docker exec "$(sudo docker ps -qf label=com.docker.compose.service=postgres)" psql -d DATABASE -c "QUERY"' >&2
  return 1
}

# services: wanted, running and starting tasks of every service
services() {
  has_tasks || return 1
  # xargs: zsh, the shell of every Mac, makes one word of a variable
  aws ecs list-services --cluster "$CLUSTER" --query serviceArns --output text |
    xargs aws ecs describe-services --cluster "$CLUSTER" --output table \
      --query 'services[].[serviceName, desiredCount, runningCount, pendingCount, deployments[0].rolloutState]' --services
}

# events SERVICE: what ECS has done and could not do, newest first
events() {
  has_tasks || return 1
  aws ecs describe-services --cluster "$CLUSTER" --services "$1" \
    --query 'services[0].events[:15].[createdAt, message]' --output text
}

# stopped SERVICE: why its last tasks ended (kept for about an hour)
stopped() {
  has_tasks || return 1
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
logs() {
  has_tasks || return 1
  aws logs tail "/ai-ecosystem/$STACK/$1" --since "${2:-30m}" --format short
}

# restart SERVICE: new tasks of the same version, without a pause where there are two
restart() {
  has_tasks || return 1
  aws ecs update-service --cluster "$CLUSTER" --service "$1" --force-new-deployment --query 'service.deployments[0].id' --output text
}

# scale SERVICE MIN MAX: at once; the next `pulumi up` sets the limits of the settings again
scale() {
  has_tasks || return 1
  aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount \
    --resource-id "service/$CLUSTER/$1" --min-capacity "$2" --max-capacity "$3"
}

# revisions SERVICE: task definitions, newest first; the star is in use
revisions() {
  has_tasks || return 1
  local current family
  current=$(aws ecs describe-services --cluster "$CLUSTER" --services "$1" --query 'services[0].taskDefinition' --output text)
  family=${current##*/} family=${family%:*}
  aws ecs list-task-definitions --family-prefix "$family" --sort DESC --max-items 5 --query 'taskDefinitionArns' --output text |
    tr '\t' '\n' | sed "s|^$current\$|& *|"
}

# use SERVICE TASK_DEFINITION: goes back to an older one; afterwards put the settings right, or `pulumi up` undoes it
use() {
  has_tasks || return 1
  aws ecs update-service --cluster "$CLUSTER" --service "$1" --task-definition "$2" --query 'service.deployments[0].id' --output text
}

# days_ago N: a date, by GNU's date or a Mac's
days_ago() { date -u -d "$1 days ago" +%F 2>/dev/null || date -u -v"-${1}d" +%F; }

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

# job_of STORE: the definition of the job that sets a store up
job_of() { echo "ai-ecosystem-$STACK-services-$1-setup-task"; }

# in_use STORE VARIABLE: the store that its job knows; one that was restored stands beside the one before
in_use() {
  aws ecs describe-task-definition --task-definition "$(job_of "$1")" --output text 2>/dev/null \
    --query "taskDefinition.containerDefinitions[].environment[] | [?name=='$2'].value | [0]" | sed 's/[.].*//; s/^None$//'
}

# the network of a task that is started by hand
task_network() {
  local subnets group
  subnets=$(aws ec2 describe-subnets --filters "Name=tag:Name,Values=ai-ecosystem-$STACK-network-private-*" \
    --query 'join(`,`, Subnets[].SubnetId)' --output text) || return 1
  group=$(aws ec2 describe-security-groups --filters "Name=tag:Name,Values=ai-ecosystem-$STACK-services-jobs" \
    --query 'SecurityGroups[0].GroupId' --output text) || return 1
  echo "awsvpcConfiguration={subnets=[$subnets],securityGroups=[$group],assignPublicIp=DISABLED}"
}

# dump_now: the nightly dump once more; `logs dump` tells how it goes. An administrator's, as its task has every key
dump_now() {
  has_tasks || return 1
  local network
  network=$(task_network) || return 1
  aws ecs run-task --cluster "$CLUSTER" --task-definition "ai-ecosystem-$STACK-services-dump-task" --launch-type FARGATE \
    --started-by on-call-dump --query 'tasks[0].taskArn' --output text --network-configuration "$network"
}

# sql QUERY [DATABASE]: as the master user, in a task of the job that sets PostgreSQL up, about a minute; its text stays in
# CloudTrail and its answer in that job's log, so no passwords, and no people's data, in either
sql() {
  has_tasks || return 1
  local query network overrides task stream code
  # as a JSON string
  query=$(printf '%s' "$1" | tr '\n\t' '  ' | sed 's/\\/\\\\/g; s/"/\\"/g')
  network=$(task_network) || return 1
  overrides='{"containerOverrides": [{"name": "postgres-setup",
    "command": ["--no-psqlrc", "--set=ON_ERROR_STOP=1", "--command='$query'"],
    "environment": [{"name": "PGDATABASE", "value": "'${2:-postgres}'"}]}]}'
  task=$(aws ecs run-task --cluster "$CLUSTER" --task-definition "$(job_of postgres)" --launch-type FARGATE \
    --started-by on-call-sql --overrides "$overrides" --query 'tasks[0].taskArn' --output text \
    --network-configuration "$network") || return 1
  if [ -z "$task" ] || [ "$task" = None ]; then
    echo "ECS has not started the task: events of the cluster, or no capacity; try again" >&2
    return 1
  fi
  aws ecs wait tasks-stopped --cluster "$CLUSTER" --tasks "$task" || return 1
  stream="postgres-setup/postgres-setup/${task##*/}"
  aws logs get-log-events --log-group-name "/ai-ecosystem/$STACK/postgres-setup" --log-stream-name "$stream" \
    --start-from-head --query 'events[].[message]' --output text
  code=$(aws ecs describe-tasks --cluster "$CLUSTER" --tasks "$task" --output text \
    --query "tasks[0].containers[?name=='postgres-setup'].exitCode | [0]")
  [ "$code" = 0 ] && return 0
  aws ecs describe-tasks --cluster "$CLUSTER" --tasks "$task" --output text --query 'tasks[0].[stopCode, stoppedReason]' >&2
  return 1
}

# tunnel PORT [LOCAL]: a port of the host as one of this machine's, through Session Manager, until Ctrl-C
tunnel() {
  if [ -z "$ID" ]; then
    echo "production's tasks take no sessions: sql asks PostgreSQL, and the applications have their own addresses" >&2
    return 1
  fi
  aws ssm start-session --target "$ID" --document-name AWS-StartPortForwardingSession \
    --parameters "portNumber=$1,localPortNumber=${2:-$1}"
}

PG='' MONGO='' REDIS=''
if [ -n "$CLUSTER" ]; then
  PG=$(in_use postgres PGHOST)
  MONGO=$(in_use mongodb MONGODB_HOST)
  REDIS=$(aws elasticache describe-replication-groups --output text \
    --query "ReplicationGroups[?contains(ReplicationGroupId, '-$STACK-')].ReplicationGroupId | [0]")
else
  # of a host whose data is managed: by their tag, as a long name is cut
  PG=$(aws rds describe-db-instances --output text \
    --query "DBInstances[?Engine=='postgres' && TagList[?Key=='ai-ecosystem:stack' && Value=='$STACK']].DBInstanceIdentifier | [0]" | sed 's/^None$//')
  MONGO=$(aws rds describe-db-clusters --output text \
    --query "DBClusters[?Engine=='docdb' && TagList[?Key=='ai-ecosystem:stack' && Value=='$STACK']].DBClusterIdentifier | [0]" | sed 's/^None$//')
  REDIS=$(aws resourcegroupstaggingapi get-resources --resource-type-filters elasticache:replicationgroup --output text \
    --tag-filters "Key=ai-ecosystem:stack,Values=$STACK" --query 'ResourceTagMappingList[0].ResourceARN' | sed 's/.*://; s/^None$//')
fi
export PG MONGO REDIS
