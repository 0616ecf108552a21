import { expect } from "chai";
import { resource } from "../../support/policies/resource";
import { terraformPlan, terraformType } from "../../support/recorded/terraform-plan";

const bucket = { ...resource("aws:s3/bucket:Bucket", { forceDestroy: false }, { name: "a.bucket" }), id: "a-bucket-1" };
const log = resource("aws:cloudwatch/logGroup:LogGroup", {}, { name: "waf-log" });

function valuesOf(type: string, inputs: Record<string, unknown>): unknown {
  const group = { ...log, id: "waf-log" };
  const plan = terraformPlan([bucket, group, resource(type, inputs, { uses: [bucket, group] }), resource("a:b:C", {})]);
  const { planned_values: planned } = plan as { planned_values: { root_module: { resources: { values: unknown }[] } } };
  expect(planned.root_module.resources).to.have.length(3);
  return planned.root_module.resources[2]?.values;
}

describe("a plan of Terraform's, made of recorded resources", () => {
  it("names types as Terraform's provider does", () => {
    const names = {
      "aws:s3/bucketPolicy:BucketPolicy": "aws_s3_bucket_policy",
      "aws:ec2/vpc:Vpc": "aws_vpc",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "aws_vpc_security_group_ingress_rule",
      "aws:rds/parameterGroup:ParameterGroup": "aws_db_parameter_group",
      "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
      "aws:lb/targetGroup:TargetGroup": "aws_lb_target_group",
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "aws_iam_openid_connect_provider",
      "aws:wafv2/webAcl:WebAcl": "aws_wafv2_web_acl",
    };
    expect(Object.keys(names).map(terraformType)).to.deep.equal(Object.values(names));
  });

  it("names blocks by one of them, and leaves lists and the user's keys as they are", () => {
    expect(
      valuesOf("aws:x/y:Y", {
        rules: [{ expiredObjectDays: 1 }],
        originGroupPolicies: [{ a: 1 }],
        ingress: [{ fromPort: 1 }],
        securityGroups: ["sg"],
        tags: { someKey: "x" },
      }),
    ).to.deep.equal({
      rule: [{ expired_object_days: 1 }],
      origin_group_policy: [{ a: 1 }],
      ingress: [{ from_port: 1 }],
      security_groups: ["sg"],
      tags: { someKey: "x" },
    });
  });

  it("refers to what a value came from", () => {
    const arns = ["arn:aws:s3:::a-bucket-1", "arn:aws:logs:us-east-1:1:log-group:waf-log", "arn:aws:sns:::other"];
    expect(valuesOf("aws:x/y:Y", { bucket: "a-bucket-1", other: "a-bucket-12", arns })).to.deep.equal({
      bucket: "aws_s3_bucket.a_bucket.id",
      other: "a-bucket-12",
      arns: ["aws_s3_bucket.a_bucket.arn", "aws_cloudwatch_log_group.waf-log.arn", "arn:aws:sns:::other"],
    });
  });
});
