import { actions, arns, ofStack, type Place, type Statement } from "../delivery/statements";
import { allow } from "../iam-policy";

/**
 * What the pages about a host need: its alarms and metrics, the instance's state and console, a stop and a start, and a session
 * on it. A session is root's there, where every key of the stack is: who may not read them may not have this role.
 */
export function hostOnCallStatements(place: Place): readonly Statement[] {
  const { regional, anyRegion } = arns(place);
  const instances = regional("ec2", ["instance/*"]);
  return [
    allow(
      "LookAround",
      [
        "cloudwatch:GetMetricStatistics",
        ...actions("ec2", "DescribeInstances DescribeInstanceStatus"),
        // that it is no stack of Fargate, and which stores are its own
        "ecs:ListClusters",
        "tag:GetResources",
      ],
      "*",
    ),
    allow("DatabasesThere", ["rds:DescribeDBInstances"], regional("rds", ["db:*"])),
    allow("ClustersThere", ["rds:DescribeDBClusters"], regional("rds", ["cluster:*"])),
    // AWS asks for the right on all alarms, whichever are described
    allow("Alarms", actions("cloudwatch", "DescribeAlarmHistory DescribeAlarms"), anyRegion("cloudwatch", ["alarm:*"])),
    allow("Instance", actions("ec2", "GetConsoleOutput StartInstances StopInstances"), instances, ofStack(place)),
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
    allow("Session", ["ssm:StartSession"], instances, {
      StringEquals: { "ssm:resourceTag/ai-ecosystem:stack": place.stack },
    }),
    allow(
      "KindsOfSession",
      ["ssm:StartSession"],
      [
        ...regional("ssm", ["document/SSM-SessionManagerRunShell"]),
        `arn:aws:ssm:${place.region}::document/AWS-StartPortForwardingSession`,
      ],
    ),
    allow(
      "OwnSessions",
      actions("ssm", "ResumeSession TerminateSession"),
      regional("ssm", ["session/${aws:userid}-*"]),
    ),
  ];
}
