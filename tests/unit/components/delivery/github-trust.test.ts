import { expect } from "chai";
import { trusted } from "../../../../components/delivery/github-roles";
import { githubIssuer, githubTrust } from "../../../../components/delivery/github-trust";
import { githubRepository } from "../../../../settings/formats/github-repository";
import { mayAssume, type Token } from "../../../support/iam/iam";

const provider = `arn:aws:iam::123456789012:oidc-provider/${githubIssuer}`;
type Role = keyof typeof trusted;

/** A token as GitHub makes it, of both kinds of subjects. */
function token(context: string, ref: string, repository = "acme/desk", ids?: readonly [number, number]): Token {
  const [owner = "", name = ""] = repository.split("/");
  return {
    aud: "sts.amazonaws.com",
    repository,
    repository_id: String(ids?.[1] ?? 456789),
    ref,
    ...(context.startsWith("environment:") ? { environment: context.slice("environment:".length) } : {}),
    sub: ids === undefined ? `repo:${repository}:${context}` : `repo:${owner}@${ids[0]}/${name}@${ids[1]}:${context}`,
  };
}
const main = "refs/heads/main";
const pull = "refs/pull/7/merge";
const ids = [123456, 456789] as const;

/** Which roles a token gets. */
const rolesOf = (t: Token, repository = "acme/desk"): Role[] =>
  (Object.keys(trusted) as Role[]).filter((role) =>
    mayAssume(githubTrust(provider, repository, trusted[role]), githubIssuer, t),
  );

describe("trust in GitHub's tokens", () => {
  for (const [kind, id] of [
    ["names", undefined],
    ["names and ids", ids],
  ] as const) {
    it(`gives each kind of job its role (subjects of ${kind})`, () => {
      const of = (context: string, ref: string) => rolesOf(token(context, ref, "acme/desk", id));
      expect(of("environment:preview", pull)).to.deep.equal(["preview"]);
      expect(of("ref:refs/heads/main", main)).to.deep.equal(["preview", "images"]);
      expect(of("environment:production", main)).to.deep.equal(["deploy"]);
    });

    it(`gives a branch's own workflow nothing without the reviewers of an environment (subjects of ${kind}, AWS-19)`, () => {
      const of = (context: string, ref: string) => rolesOf(token(context, ref, "acme/desk", id));
      expect(of("pull_request", pull)).to.be.empty;
      for (const branch of ["feature", "dependabot/npm_and_yarn/zod-5", "renovate/lock-file"]) {
        expect(of(`ref:refs/heads/${branch}`, `refs/heads/${branch}`), branch).to.be.empty;
      }
      // what an environment is called, and what a subject says of it, must agree
      const named = { ...token("environment:preview", pull, "acme/desk", id), environment: "x:environment:preview" };
      expect(rolesOf(named)).to.be.empty;
    });

    it(`refuses other branches, tags and environments (subjects of ${kind})`, () => {
      const of = (context: string, ref: string) => rolesOf(token(context, ref, "acme/desk", id));
      expect(of("environment:production", "refs/heads/feature")).to.be.empty;
      expect(of("environment:production", "refs/tags/main")).to.be.empty;
      expect(of("environment:production-eu", main)).to.be.empty;
      expect(of("environment:staging", main)).to.be.empty;
      expect(of("ref:refs/heads/mainline", "refs/heads/mainline")).to.be.empty;
      expect(of("ref:refs/tags/main", "refs/tags/main")).to.be.empty;
      expect(of("pull_request:environment:production", main)).to.be.empty;
    });

    it(`refuses forks and other repositories (subjects of ${kind})`, () => {
      for (const repository of [
        "mallory/desk",
        "acme/desk-evil",
        "acme/des",
        "acme-evil/desk",
        "evil-acme/desk",
        "acme/Desk",
      ]) {
        for (const context of ["environment:preview", "ref:refs/heads/main", "environment:production"]) {
          expect(rolesOf(token(context, main, repository, id)), `${repository} ${context}`).to.be.empty;
        }
      }
    });
  }

  it("refuses a subject of another repository that imitates ours, whatever the owner makes the subject of", () => {
    for (const sub of [
      "repo:acme@123456/other@2:base_ref:x/desk@456789:pull_request",
      "repo:acme@123456/other@2:environment:/desk@456789:environment:production",
      "repo:acme@1/evil/desk@2:pull_request",
      "repo:acme/desk:pull_request",
      "repo:acme@1/desk@2:pull_request",
    ]) {
      expect(rolesOf({ ...token("", main, "acme/other"), sub }), sub).to.be.empty;
    }
  });

  it("refuses tokens for another audience, and without the claims that are asked for", () => {
    const good = token("environment:production", main);
    expect(rolesOf({ ...good, aud: "https://github.com/acme" })).to.be.empty;
    for (const claim of ["repository", "ref", "environment"]) {
      const without = Object.fromEntries(Object.entries(good).filter(([key]) => key !== claim));
      expect(rolesOf({ ...without, sub: good.sub }), claim).to.be.empty;
    }
  });

  it("with ids in the settings, refuses a repository of the same name that somebody made anew", () => {
    const pinned = "acme@123456/desk@456789";
    expect(rolesOf(token("environment:preview", pull, "acme/desk", ids), pinned)).to.deep.equal(["preview"]);
    expect(rolesOf(token("environment:preview", pull), pinned)).to.deep.equal(["preview"]);
    expect(rolesOf(token("environment:preview", pull, "acme/desk", [9, 456789]), pinned)).to.be.empty;
    expect(rolesOf({ ...token("environment:preview", pull), repository_id: "9" }, pinned)).to.be.empty;
  });

  it("takes owner/name, with both ids or none", () => {
    expect(githubRepository("acme/desk.io")).to.include({ owner: "acme", name: "desk.io", id: undefined });
    for (const bad of [
      "acme",
      "acme/",
      "acme/*",
      "*/desk",
      "a b/c",
      "acme@1/desk",
      "acme/desk@1",
      "acme/desk:x",
      "acme@*/desk@*",
    ]) {
      expect(() => githubRepository(bad), bad).to.throw();
    }
  });
});
