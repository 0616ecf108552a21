import { allow } from "../iam-policy";
import {
  actions,
  arns,
  firstTag,
  forStack,
  madeBy,
  namePrefix,
  ofStack,
  type Scope,
  type Statement,
} from "./statements";

/*
 * What `pulumi up` and `destroy` do to the types of this program, besides reading. Limited to this account and region,
 * to the stack's names where AWS knows names, and deletion to the stack's tag where it knows ids only. A verb with a
 * `*` stays within one service and one verb.
 */

const makeNetwork =
  "AllocateAddress CreateFlowLogs CreateInternetGateway CreateNatGateway CreateRouteTable CreateSecurityGroup CreateSubnet " +
  "CreateVpc CreateVpcEndpoint";

/** VPC and everything in it. New things may be made, and what is there changed only when it is the stack's. */
export function networkStatements(scope: Scope): readonly Statement[] {
  const ec2 = (types: string) =>
    arns(scope).regional(
      "ec2",
      types.split(" ").map((t) => `${t}/*`),
    );
  const all = ec2(
    "elastic-ip internet-gateway natgateway network-interface prefix-list route-table security-group security-group-rule " +
      "subnet vpc vpc-endpoint vpc-flow-log",
  );
  const managedLists = `arn:aws:ec2:${scope.region}:aws:prefix-list/*`;
  return [
    allow("MakeNetwork", actions("ec2", makeNetwork), all),
    allow(
      "TagNew",
      ["ec2:CreateTags"],
      all,
      madeBy("ec2", `${makeNetwork} AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress`),
    ),
    // the group that comes with a VPC has no tag
    allow("TagDefaultGroup", ["ec2:CreateTags"], ec2("security-group"), firstTag(scope)),
    // both only as part of what is done to a group of the stack
    allow("Rules", actions("ec2", "AuthorizeSecurityGroup* ModifySecurityGroupRules"), [
      ...ec2("security-group-rule"),
      managedLists,
    ]),
    allow(
      "ChangeNetwork",
      actions(
        "ec2",
        "AssociateRouteTable AttachInternetGateway AuthorizeSecurityGroup* CreateRoute CreateTags DeleteFlowLogs " +
          "DeleteInternetGateway DeleteNatGateway DeleteRoute* DeleteSecurityGroup DeleteSubnet DeleteTags DeleteVpc " +
          "DeleteVpcEndpoints DetachInternetGateway Disassociate* ModifySecurityGroupRules ModifySubnetAttribute " +
          "ModifyVpcAttribute ModifyVpcEndpoint ReleaseAddress ReplaceRoute* RevokeSecurityGroup* " +
          "UpdateSecurityGroupRuleDescriptions*",
      ),
      all,
      ofStack(scope),
    ),
    // what stores and functions make in a group and leave behind; AWS deletes none that is in use
    allow("Interfaces", actions("ec2", "CreateNetworkInterface DeleteNetworkInterface"), all),
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
        `service-deployment/${prefix}-*/*/*`,
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
    allow("MakeNamespace", actions("servicediscovery", "CreateHttpNamespace TagResource"), "*", forStack(scope)),
    allow(
      "Namespace",
      actions("servicediscovery", "DeleteNamespace UpdateHttpNamespace"),
      regional("servicediscovery", ["namespace/*"]),
      ofStack(scope),
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
    // a repository has a grant on AWS's own key, which goes with it
    allow("RepositoryGrants", ["kms:RetireGrant"], regional("kms", ["key/*"]), {
      StringEquals: { "kms:ViaService": `ecr.${scope.region}.amazonaws.com` },
    }),
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
