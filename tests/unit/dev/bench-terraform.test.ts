import { expect } from "chai";
import {
  configuration,
  literal,
  seeds,
  stateFile,
  statesOf,
  type Exported,
  type RecordedView,
  type Schemas,
} from "../../../dev/bench/terraform-view";

const text = { type: "string", optional: true };
const schemas: Schemas = {
  aws_lb_listener_rule: {
    version: 2,
    block: {
      attributes: {
        id: { type: "string", computed: true, optional: true },
        arn: { type: "string", computed: true },
        listener_arn: { type: "string", required: true },
        priority: { type: "number", optional: true },
        tags: { type: ["map", "string"], optional: true },
      },
      block_types: {
        condition: {
          nesting_mode: "set",
          block: {
            attributes: { hash: { type: "string", computed: true }, comment: text },
            block_types: { header: { nesting_mode: "list", block: { attributes: { name: text, value: text } } } },
          },
        },
      },
    },
  },
  aws_thing: { version: 0, block: { attributes: { name: text, auth_token: text } } },
};

const rule: RecordedView = {
  urn: "urn:rule",
  tfType: "aws_lb_listener_rule",
  tfName: "1st.rule",
  attributes: { listener_arn: "arn:l", priority: 5, tags: { Name: "${x}" }, condition: "(sensitive)" },
  unknown: [],
  sensitive: ["condition"],
};
const thing: RecordedView = {
  urn: "urn:thing",
  tfType: "aws_thing",
  tfName: "thing",
  attributes: { name: "_x.example.com.", auth_token: "(sensitive)" },
  unknown: [],
  sensitive: ["auth_token"],
};
const exported: readonly Exported[] = [
  { urn: "urn:rule", type: "t", id: "arn:r", outputs: { arn: "arn:r", listenerArn: "arn:l", priority: 5 } },
  { urn: "urn:thing", type: "t", id: "x", outputs: { name: "_x.example.com", authToken: { ciphertext: "v1:…" } } },
];

describe("Terraform's view of a deployed stack", () => {
  it("takes texts as they are", () => {
    expect(literal({ a: ["${x} %{y} $5 $${z}"], b: null, c: 1 })).to.deep.equal({
      a: ["$${x} %%{y} $5 $$${z}"],
      b: null,
      c: 1,
    });
  });

  it("starts from the id, what is configured, and what is plain in Pulumi's state", () => {
    const states = seeds([rule, thing], schemas, exported);
    expect(states.get("aws_lb_listener_rule._1st_rule")).to.deep.equal({
      id: "arn:r",
      arn: "arn:r",
      listener_arn: "arn:l",
      priority: 5,
      tags: { Name: "${x}" },
    });
    // no attribute `id`, no secret, and the provider's own spelling
    expect(states.get("aws_thing.thing")).to.deep.equal({ name: "_x.example.com" });
  });

  it("refuses what is not in the stack", () => {
    expect(() => seeds([rule], schemas, [])).to.throw("urn:rule is not in the stack");
  });

  it("becomes a state file, and comes from one", () => {
    const states = seeds([rule, thing], schemas, exported);
    const file = stateFile([rule, thing], schemas, states);
    expect(statesOf(file)).to.deep.equal(states);
    expect(file).to.have.nested.property("resources[0].instances[0].schema_version", 2);
  });

  it("becomes a configuration: what is sensitive comes from the state that the provider has read", () => {
    const condition = [{ hash: "1", comment: "", header: [{ name: "X-Origin", value: "s3cret${" }] }];
    const states = new Map([["aws_lb_listener_rule._1st_rule", { id: "arn:r", condition }]]);
    const config = configuration([rule, thing], schemas, { region: "us-east-1" }, states) as Record<string, unknown>;
    expect(config["provider"]).to.deep.equal({ aws: { region: "us-east-1" } });
    expect(config["resource"]).to.deep.equal({
      aws_lb_listener_rule: {
        _1st_rule: {
          listener_arn: "arn:l",
          priority: 5,
          tags: { Name: "$${x}" },
          condition: [{ header: [{ name: "X-Origin", value: "s3cret$${" }] }],
        },
      },
      // nobody can read it back
      aws_thing: { thing: { name: "_x.example.com.", lifecycle: { ignore_changes: ["auth_token"] } } },
    });
  });

  it("has no block of resources when there are none, which Terraform would refuse", () => {
    expect(configuration([], {}, {})).not.to.have.property("resource");
  });
});
