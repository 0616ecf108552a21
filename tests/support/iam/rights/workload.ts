import { arn, both, input, type Need, type On, type RightsTable } from "./rights";

const cluster = arn("ecs", ({ name }) => `cluster/${name}`);
const clusterOf = ({ stack }: { readonly stack: string }) => `ai-ecosystem-${stack}-services-cluster-1a2b3c4`;
const service = arn("ecs", (place) => `service/${clusterOf(place)}/${place.name}`);
const deployment = arn("ecs", (place) => `service-deployment/${clusterOf(place)}/${place.name}/0123`);
const definition = arn("ecs", (place) => `task-definition/${input(place, "family")}:1`);
const stackRole: On = arn("iam", ({ stack }) => `role/ai-ecosystem-${stack}-services-n8n-task-1a2b3c4`, "");
const passTo = (to: string): Need => ({
  actions: "iam:PassRole",
  on: stackRole,
  with: { "iam:PassedToService": `${to}.amazonaws.com` },
});
const scalable = arn("application-autoscaling", () => "scalable-target/0ec5abcdef0123456789");
const repository = arn("ecr", (place) => `repository/${place.name}`);
const lambda = arn("lambda", ({ name }) => `function:${name}`);
const functionOf = arn(
  "lambda",
  (place) => `function:${(input(place, "function") || place.name).split(":").pop() ?? ""}`,
);
const queue = arn("sqs", ({ name }) => name);
const logGroup = arn("logs", ({ name }) => `log-group:${name}`);
const anyLog = arn("logs", (place) => `log-group:/ai-ecosystem/${place.stack}/n8n`);
const topicRegion = ({ inputs, region }: Parameters<On>[0]) =>
  typeof inputs["region"] === "string" ? inputs["region"] : region;
const topic: On = (place) =>
  `arn:aws:sns:${topicRegion(place)}:${place.account}:ai-ecosystem-${place.stack}-alerts-1a2b3c4`;
const rule = arn("events", ({ name }) => `rule/${name}`);
const namespace = arn("servicediscovery", () => "namespace/ns-0123456789abcdef");
const alarm = arn("cloudwatch", ({ name }) => `alarm:${name}`);

/** Containers, images, functions, scaling. */
export const computeRights: RightsTable = {
  "aws:ecs/cluster:Cluster": {
    own: cluster,
    create: "ecs:CreateCluster TagResource",
    change: "ecs:UpdateCluster UpdateClusterSettings DeleteCluster TagResource UntagResource",
    read: "ecs:DescribeClusters ListTagsForResource",
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
    own: arn("ecs", (place) => `cluster/${clusterOf(place)}`),
    create: "ecs:PutClusterCapacityProviders",
    change: "ecs:PutClusterCapacityProviders",
    read: "ecs:DescribeClusters",
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    own: definition,
    create: ["ecs:RegisterTaskDefinition TagResource", passTo("ecs-tasks")],
    change: "ecs:DeregisterTaskDefinition TagResource UntagResource",
    read: "ecs:DescribeTaskDefinition",
  },
  "aws:ecs/service:Service": {
    own: service,
    create: ["ecs:CreateService TagResource", passTo("ecs")],
    change: [
      "ecs:UpdateService DeleteService TagResource UntagResource",
      { actions: "ecs:StopServiceDeployment", on: both(service, deployment) },
    ],
    read: [
      "ecs:DescribeServices ListServiceDeployments",
      { actions: "ecs:DescribeServiceDeployments", on: both(service, deployment) },
    ],
  },
  // jobs, and the proof that a service runs what it was given
  "command:local:Command": {
    own: arn("ecs", (place) => `task/${clusterOf(place)}/0123`),
    untagged: true,
    create: [
      {
        actions: "ecs:RunTask",
        on: arn("ecs", ({ stack }) => `task-definition/ai-ecosystem-${stack}-services-x-task:1`),
      },
      passTo("ecs-tasks"),
      "ecs:TagResource DescribeTasks StopTask ListTasks DescribeTaskDefinition",
      { actions: "ecs:DescribeServices", on: arn("ecs", (place) => `service/${clusterOf(place)}/n8n`) },
      {
        actions: "logs:GetLogEvents",
        on: arn("logs", ({ stack }) => `log-group:/ai-ecosystem/${stack}/n8n:log-stream:n8n/n8n/1`),
      },
    ],
    change: [],
    read: [],
  },
  "aws:servicediscovery/httpNamespace:HttpNamespace": {
    own: namespace,
    create: "servicediscovery:CreateHttpNamespace TagResource GetOperation",
    change: "servicediscovery:DeleteNamespace UpdateHttpNamespace",
    read: "servicediscovery:GetNamespace ListTagsForResource",
  },
  "aws:appautoscaling/target:Target": {
    own: scalable,
    create: "application-autoscaling:RegisterScalableTarget TagResource",
    change: "application-autoscaling:RegisterScalableTarget DeregisterScalableTarget TagResource UntagResource",
    read: "application-autoscaling:DescribeScalableTargets ListTagsForResource",
  },
  "aws:appautoscaling/policy:Policy": {
    own: scalable,
    create: [
      "application-autoscaling:PutScalingPolicy",
      {
        actions: "cloudwatch:PutMetricAlarm DeleteAlarms",
        on: arn("cloudwatch", (place) => `alarm:TargetTracking-service/${clusterOf(place)}/n8n-AlarmHigh-0123`),
      },
    ],
    change: "application-autoscaling:PutScalingPolicy DeleteScalingPolicy",
    read: "application-autoscaling:DescribeScalingPolicies",
  },
  "aws:ecr/repository:Repository": {
    own: repository,
    create: "ecr:CreateRepository TagResource",
    change: [
      "ecr:DeleteRepository PutImageScanningConfiguration PutImageTagMutability TagResource UntagResource",
      // ECR has a grant on AWS's own key for each repository
      {
        actions: "kms:RetireGrant",
        on: arn("kms", () => "key/0123"),
        with: { "kms:ViaService": "ecr.us-east-1.amazonaws.com" },
        tagged: false,
      },
    ],
    read: "ecr:DescribeRepositories ListTagsForResource",
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    own: arn("ecr", (place) => `repository/${input(place, "repository")}`),
    create: "ecr:PutLifecyclePolicy",
    change: "ecr:PutLifecyclePolicy DeleteLifecyclePolicy",
    read: "ecr:GetLifecyclePolicy",
  },
  "aws:lambda/function:Function": {
    own: lambda,
    create: ["lambda:CreateFunction TagResource", passTo("lambda")],
    change: "lambda:UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction TagResource UntagResource",
    read: "lambda:GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig ListVersionsByFunction ListTags",
  },
  "aws:lambda/permission:Permission": {
    own: functionOf,
    create: "lambda:AddPermission",
    change: "lambda:RemovePermission",
    read: "lambda:GetPolicy",
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    own: arn("lambda", (place) => `function:${input(place, "functionName")}`),
    create: "lambda:PutFunctionEventInvokeConfig",
    change: "lambda:PutFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig",
    read: "lambda:GetFunctionEventInvokeConfig",
  },
  "aws:cloudwatch/eventRule:EventRule": {
    own: rule,
    create: "events:PutRule TagResource",
    change: "events:PutRule DeleteRule EnableRule DisableRule TagResource UntagResource",
    read: "events:DescribeRule ListTagsForResource",
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    own: arn("events", (place) => `rule/${input(place, "rule")}`),
    create: "events:PutTargets",
    change: "events:PutTargets RemoveTargets",
    read: "events:ListTargetsByRule",
  },
};

const logTags = "logs:TagResource UntagResource";
const detector = arn("guardduty", () => "detector/0123456789abcdef");
const plainLogs = { own: anyLog, untagged: true } as const;

/** Logs, alarms, messages, budget, GuardDuty. */
export const observationRights: RightsTable = {
  "aws:cloudwatch/logGroup:LogGroup": {
    own: logGroup,
    create: "logs:CreateLogGroup TagResource PutRetentionPolicy",
    change: ["logs:PutRetentionPolicy DeleteRetentionPolicy DeleteLogGroup", logTags],
    read: "logs:DescribeLogGroups ListTagsForResource",
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    own: arn("logs", (place) => `log-group:${input(place, "logGroupName")}`),
    create: "logs:PutMetricFilter",
    change: "logs:PutMetricFilter DeleteMetricFilter",
    read: "logs:DescribeMetricFilters",
  },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {
    ...plainLogs,
    create: "logs:PutResourcePolicy",
    change: "logs:PutResourcePolicy DeleteResourcePolicy",
    read: "logs:DescribeResourcePolicies",
  },
  "aws:cloudwatch/queryDefinition:QueryDefinition": {
    ...plainLogs,
    create: "logs:PutQueryDefinition",
    change: "logs:PutQueryDefinition DeleteQueryDefinition",
    read: "logs:DescribeQueryDefinitions",
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    own: alarm,
    create: "cloudwatch:PutMetricAlarm TagResource",
    change: "cloudwatch:PutMetricAlarm DeleteAlarms TagResource UntagResource",
    read: [
      "cloudwatch:ListTagsForResource",
      // AWS looks whether all may be described, whatever the names
      { actions: "cloudwatch:DescribeAlarms", on: arn("cloudwatch", () => "alarm:*") },
    ],
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    own: arn("cloudwatch", (place) => `dashboard/${input(place, "dashboardName")}`, ""),
    create: "cloudwatch:PutDashboard",
    change: "cloudwatch:PutDashboard DeleteDashboards",
    read: "cloudwatch:GetDashboard",
  },
  "aws:sns/topic:Topic": {
    own: topic,
    create: "sns:CreateTopic TagResource SetTopicAttributes",
    change: "sns:DeleteTopic SetTopicAttributes TagResource UntagResource",
    read: "sns:GetTopicAttributes ListTagsForResource",
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    own: topic,
    create: "sns:SetTopicAttributes",
    change: "sns:SetTopicAttributes",
    read: "sns:GetTopicAttributes",
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    own: topic,
    create: "sns:Subscribe",
    // a subscription is no resource in IAM
    change: [{ actions: "sns:SetSubscriptionAttributes Unsubscribe", on: () => "*" }],
    read: [{ actions: "sns:GetSubscriptionAttributes", on: () => "*" }, "sns:ListSubscriptionsByTopic"],
  },
  "aws:sqs/queue:Queue": {
    own: queue,
    create: "sqs:CreateQueue TagQueue",
    change: "sqs:SetQueueAttributes DeleteQueue TagQueue UntagQueue",
    read: "sqs:GetQueueAttributes GetQueueUrl ListQueueTags",
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    own: queue,
    create: "sqs:SetQueueAttributes",
    change: "sqs:SetQueueAttributes",
    read: "sqs:GetQueueAttributes",
  },
  "aws:budgets/budget:Budget": {
    own: arn("budgets", ({ name }) => `budget/${name}`, ""),
    create: "budgets:ModifyBudget TagResource",
    change: "budgets:ModifyBudget TagResource UntagResource",
    read: "budgets:ViewBudget ListTagsForResource",
  },
  "aws:guardduty/detector:Detector": {
    own: detector,
    create: "guardduty:CreateDetector TagResource",
    change: "guardduty:UpdateDetector DeleteDetector TagResource UntagResource",
    read: "guardduty:GetDetector ListTagsForResource",
  },
  "aws:guardduty/detectorFeature:DetectorFeature": {
    // no ARN of its own: each is a change of the detector, which has its tags by then
    own: (place) => `${String(detector(place))}/${input(place, "name")}`,
    create: [{ actions: "guardduty:UpdateDetector", on: detector, tagged: true }],
    change: [{ actions: "guardduty:UpdateDetector", on: detector, tagged: true }],
    read: [{ actions: "guardduty:GetDetector", on: detector, tagged: true }],
  },
};
