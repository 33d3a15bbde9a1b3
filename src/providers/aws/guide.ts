import type { FieldValues, Guidance } from '../credential-form.ts';
import { type PossibleTrust, plainTrust, type Trust } from '../workload.ts';
import type { AwsSettings } from './settings.ts';

/** The audience that the bot's tokens are for: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
export const audience = 'sts.amazonaws.com';

const asJson = (document: unknown) => JSON.stringify(document, null, 2);

/** Where the role is: as its ARN says and, until that is entered, by the region and with a word for the account. */
function placeOf({ roleArn, region }: FieldValues) {
  const arn = /^arn:([a-z-]+):iam::(\d{12}):role\//.exec(String(roleArn ?? '').trim());
  const [, partition = partitionOf(String(region ?? '')), account = 'ACCOUNT'] = arn ?? [];
  return { partition, account };
}

/** https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function partitionOf(region: string): string {
  const [, special] = /^(cn|us-gov|eusc)-/.exec(region) ?? [];
  return special ? `aws-${special}` : 'aws';
}

/** How conditions and ARNs call an issuer: its address without the scheme. */
const issuerName = (issuer: string) => issuer.replace(/^https:\/\//, '');

/** A trust policy that lets the bot's token for this one connection become the role, and nobody else's. */
function trustPolicy({ issuer, subject }: Trust, values: FieldValues) {
  const { partition, account } = placeOf(values);
  const name = issuerName(issuer);
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${name}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${name}:aud`]: audience, [`${name}:sub`]: subject } },
      },
    ],
  };
}

function terraform({ issuer, subject }: Trust): string {
  const name = issuerName(issuer);
  return `resource "aws_iam_openid_connect_provider" "xoap" {
  url            = "${issuer}"
  client_id_list = ["${audience}"]
}

# For assume_role_policy of the role that XOAP uses.
data "aws_iam_policy_document" "xoap_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.xoap.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${name}:aud"
      values   = ["${audience}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${name}:sub"
      values   = ["${subject}"]
    }
  }
}`;
}

function cloudFormation({ issuer, subject }: Trust): string {
  const name = issuerName(issuer);
  return `Resources:
  XoapIssuer:
    Type: AWS::IAM::OIDCProvider
    Properties:
      Url: ${issuer}
      ClientIdList: [${audience}]
  # In the role that XOAP uses:
  #   AssumeRolePolicyDocument:
  #     Version: "2012-10-17"
  #     Statement:
  #       - Effect: Allow
  #         Principal: { Federated: !Ref XoapIssuer }
  #         Action: sts:AssumeRoleWithWebIdentity
  #         Condition:
  #           StringEquals:
  #             "${name}:aud": ${audience}
  #             "${name}:sub": "${subject}"`;
}

/** The trust that has to be set up in the role's account, once for the account and once for the role. */
function webIdentity(trust: Trust, values: FieldValues): Guidance[] {
  const policy = 'Trust policy of the role; where it has statements already, add this one';
  const isKnown = placeOf(values).account !== 'ACCOUNT';
  const create = `aws iam create-open-id-connect-provider --url ${trust.issuer} --client-id-list ${audience}`;
  return [
    {
      title: 'Once in the account of the role, where this bot is not there yet',
      text: create,
      format: 'shell',
    },
    {
      title: isKnown ? policy : `${policy} (ACCOUNT is the number of its account)`,
      text: asJson(trustPolicy(trust, values)),
      format: 'json',
    },
    { title: 'The same with Terraform', text: terraform(trust), format: 'hcl', alternative: true },
    { title: 'The same with CloudFormation', text: cloudFormation(trust), format: 'text', alternative: true },
  ];
}

/** The trust policy that lets the key's account assume the role, and only with the External ID. */
function withExternalId(values: FieldValues): Guidance[] {
  // Trust does not cross partitions, so the key's account lies in that of the role.
  const { partition } = placeOf(values);
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::ACCOUNT-OF-THE-ACCESS-KEY:root` },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': String(values.externalId ?? '') } },
  };
  const text = asJson({ Version: '2012-10-17', Statement: [statement] });
  return [{ title: 'Trust policy of the role', text, format: 'json' }];
}

/** The trust policy that lets the machines of the bot assume the role, and only for this one connection. */
function ownIdentity({ subject }: Pick<Trust, 'subject'>, { ownIdentity: own }: AwsSettings): Guidance[] {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: own || 'ARN-OF-THE-BOT' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': subject } },
  };
  const title = 'Trust policy of the role; where it has statements already, add this one';
  const who = own ? title : `${title} (whoever operates this bot knows its ARN)`;
  const text = asJson({ Version: '2012-10-17', Statement: [statement] });
  return [{ title: who, text, format: 'json' }];
}

/** What has to be prepared in AWS for what has been entered so far. */
export function guide(values: FieldValues, given?: PossibleTrust, settings: AwsSettings = {}): Guidance[] {
  const plain = plainTrust(given);
  switch (values.authentication) {
    case 'web-identity':
      return plain ? webIdentity(plain, values) : [];
    case 'own-identity':
      // A condition on an empty External ID would let nobody in.
      return given?.subject ? ownIdentity(given, settings) : [];
    case 'assume-role-cross-account':
      return withExternalId(values);
    default:
      return [];
  }
}
