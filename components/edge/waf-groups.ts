/** What is done with the requests that a rule of a managed group matches, and why. */
export interface SubRule {
  readonly action: "block" | "count";
  readonly why: string;
}

const block = (why: string): SubRule => ({ action: "block", why });
const count = (why: string): SubRule => ({ action: "count", why });

const body = "customers and agents write HTML, code, addresses and paths, and send files";
const parentCookies = "cookies of the company's other sites on the same domain come along";
const fileNames = "names of files are in the paths of attachments and notebooks: report.log, app.ini, backup.bak";
const ownWords = "searches of the desk, prompts in links and webhooks hold what people write";
const addresses =
  "return addresses of logins, pages of the widget and webhooks are in queries, also of hosts without a name";
const noWork = "no work of an application looks like this";

/**
 * Every rule of the managed groups that the entrance has, as AWS lists them
 * (docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html). Where ordinary work matches a rule it
 * is counted, and its label is in the log; the applications check such input themselves. One that AWS adds later blocks,
 * until it is here: the alarm on blocked requests has a runbook.
 */
export const managedGroups: Readonly<Record<string, Readonly<Record<string, SubRule>>>> = {
  AWSManagedRulesAmazonIpReputationList: {
    AWSManagedIPReputationList: block("addresses that attack others at this moment"),
    AWSManagedReconnaissanceList: block("addresses that search AWS for weak places at this moment"),
    AWSManagedIPDDoSList: count(
      "AWS's own default: whole networks with customers in them; the rate rules stop a flood",
    ),
  },
  AWSManagedRulesKnownBadInputsRuleSet: {
    JavaDeserializationRCE_HEADER: block(noWork),
    JavaDeserializationRCE_BODY: count(body),
    JavaDeserializationRCE_URIPATH: block(noWork),
    JavaDeserializationRCE_QUERYSTRING: block(noWork),
    Host_localhost_HEADER: block("CloudFront knows the applications by their names alone"),
    PROPFIND_METHOD: block("no application speaks WebDAV"),
    ExploitablePaths_URIPATH: block(noWork),
    Log4JRCE_HEADER: block(noWork),
    Log4JRCE_QUERYSTRING: block(noWork),
    Log4JRCE_BODY: count(body),
    Log4JRCE_URIPATH: block(noWork),
    ReactJSRCE_BODY: count(body),
  },
  AWSManagedRulesCommonRuleSet: {
    NoUserAgent_HEADER: count("webhooks and small programs often send none"),
    UserAgent_BadBots_HEADER: block("scanners that name themselves"),
    SizeRestrictions_QUERYSTRING: count(
      "2 KB: codes and states of OAuth logins, prompts in links and filters are longer",
    ),
    SizeRestrictions_Cookie_HEADER: count(`10 KB: ${parentCookies}`),
    SizeRestrictions_BODY: count("8 KB: a message with a picture is longer; the size rule ends bodies"),
    SizeRestrictions_URIPATH: count(
      "1 KB: an attachment's path holds two signatures and its name, three bytes a letter",
    ),
    EC2MetaDataSSRF_BODY: count(body),
    EC2MetaDataSSRF_COOKIE: block(noWork),
    EC2MetaDataSSRF_URIPATH: block(noWork),
    EC2MetaDataSSRF_QUERYARGUMENTS: block("the address of a machine's credentials is in no link"),
    GenericLFI_QUERYARGUMENTS: count(ownWords),
    GenericLFI_URIPATH: block("browsers resolve ../ before they ask"),
    GenericLFI_BODY: count(body),
    RestrictedExtensions_URIPATH: count(fileNames),
    RestrictedExtensions_QUERYARGUMENTS: count(`${fileNames}; ${ownWords}`),
    GenericRFI_QUERYARGUMENTS: count(addresses),
    GenericRFI_BODY: count(body),
    GenericRFI_URIPATH: block(noWork),
    CrossSiteScripting_COOKIE: count(parentCookies),
    CrossSiteScripting_QUERYARGUMENTS: count(ownWords),
    CrossSiteScripting_BODY: count(body),
    CrossSiteScripting_URIPATH: block(noWork),
  },
};
