import { actions, allow, arns, namePrefix, ofStack, type Scope, type Statement } from "./statements";

/*
 * What `pulumi up` and `destroy` do to the types of this program, besides reading. Limited to this account and region,
 * to the stack's names where AWS knows names, and deletion to the stack's tag where it knows ids only. A verb with a
 * `*` stays within one service and one verb.
 */

/** VPC and everything in it. */
export function networkStatements(scope: Scope): readonly Statement[] {
  const types =
    "elastic-ip internet-gateway natgateway network-interface prefix-list route-table security-group " +
    "security-group-rule subnet vpc vpc-endpoint vpc-flow-log";
  const all = arns(scope).regional(
    "ec2",
    types.split(" ").map((t) => `${t}/*`),
  );
  return [
    allow(
      "MakeNetwork",
      actions(
        "ec2",
        "AllocateAddress Associate* AttachInternetGateway AuthorizeSecurityGroup* CreateFlowLogs CreateInternetGateway " +
          "CreateNatGateway CreateNetworkInterface CreateRoute* CreateSecurityGroup CreateSubnet CreateTags CreateVpc " +
          "CreateVpcEndpoint ModifySecurityGroupRules ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint " +
          "ReplaceRoute* UpdateSecurityGroupRuleDescriptions*",
      ),
      all,
    ),
    allow(
      "DropNetwork",
      actions(
        "ec2",
        "DeleteFlowLogs DeleteInternetGateway DeleteNatGateway DeleteRoute* DeleteSecurityGroup DeleteSubnet DeleteTags " +
          "DeleteVpc DeleteVpcEndpoints DetachInternetGateway Disassociate* ReleaseAddress RevokeSecurityGroup*",
      ),
      all,
      ofStack(scope),
    ),
    allow("LogDelivery", actions("logs", "CreateLogDelivery DeleteLogDelivery UpdateLogDelivery"), "*"),
  ];
}

/** Puts images into the stack's repositories, and looks what is there. */
export function imageStatements(scope: Scope): readonly Statement[] {
  return [
    allow("RegistryLogin", ["ecr:GetAuthorizationToken"], "*"),
    allow(
      "PushImages",
      actions(
        "ecr",
        "BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload DescribeImages DescribeRepositories " +
          "GetDownloadUrlForLayer InitiateLayerUpload ListImages PutImage UploadLayerPart",
      ),
      arns(scope).regional("ecr", [`repository/ai-ecosystem/${scope.stack.toLowerCase()}/*`]),
    ),
  ];
}

/** Containers: images, cluster, services, scaling, names, functions. */
export function computeStatements(scope: Scope): readonly Statement[] {
  const { regional } = arns(scope);
  const prefix = namePrefix(scope.stack);
  return [
    // a task definition is no right by itself: it runs with a role that must be passed on
    allow("TaskDefinitions", actions("ecs", "DeregisterTaskDefinition RegisterTaskDefinition"), "*"),
    allow(
      "Containers",
      actions(
        "ecs",
        "CreateCluster CreateService DeleteCluster DeleteService PutCluster* RunTask StopServiceDeployment StopTask " +
          "TagResource UntagResource UpdateCluster* UpdateService*",
      ),
      regional("ecs", [
        `cluster/${prefix}-*`,
        `service/${prefix}-*/*`,
        `task/${prefix}-*/*`,
        `task-definition/${prefix}*:*`,
      ]),
    ),
    allow(
      "Scaling",
      actions(
        "application-autoscaling",
        "DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget PutScalingPolicy PutScheduledAction " +
          "RegisterScalableTarget TagResource UntagResource",
      ),
      regional("application-autoscaling", ["scalable-target/*"]),
    ),
    allow("MakeNamespace", actions("servicediscovery", "CreateHttpNamespace CreatePrivateDnsNamespace"), "*"),
    allow(
      "Discovery",
      actions("servicediscovery", "CreateService Delete* TagResource UntagResource Update*"),
      regional("servicediscovery", ["namespace/*", "service/*"]),
    ),
    ...imageStatements(scope),
    allow(
      "Repositories",
      actions(
        "ecr",
        "BatchDeleteImage CreateRepository Delete* PutImageScanningConfiguration PutImageTagMutability " +
          "PutLifecyclePolicy TagResource UntagResource",
      ),
      regional("ecr", [`repository/ai-ecosystem/${scope.stack.toLowerCase()}/*`]),
    ),
    allow(
      "Functions",
      actions(
        "lambda",
        "AddPermission CreateFunction Delete* PublishVersion Put* RemovePermission TagResource UntagResource UpdateFunction*",
      ),
      regional("lambda", [`function:${prefix}-*`]),
    ),
    // Secrets Manager tries a rotation with the rights of whoever sets it up
    allow("TryRotation", ["lambda:InvokeFunction"], regional("lambda", [`function:${prefix}-rotation-rotator`])),
    allow(
      "Rules",
      actions("events", "Delete* DisableRule EnableRule Put* RemoveTargets TagResource UntagResource"),
      regional("events", [`rule/${prefix}-*`]),
    ),
    allow(
      "Schedules",
      actions("scheduler", "CreateSchedule DeleteSchedule UpdateSchedule"),
      regional("scheduler", [`schedule/default/${prefix}-*`]),
    ),
  ];
}
