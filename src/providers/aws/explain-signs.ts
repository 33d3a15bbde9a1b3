import { type Sign, spaced } from '../told.ts';

const defaultVpc = 'prerequisite:default-vpc';
const keyActions = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** What AWS says that means the same wherever it stands. */
export const signs: readonly Sign[] = [
  {
    pattern: spaced(
      'VPCIdNotSpecified|No default VPC for this user|No subnets found for the default VPC|No default subnet for availability zone|GroupName is only supported for EC2-Classic and default VPC',
    ),
    kind: 'prerequisite',
    requirements: [defaultVpc],
    text: 'The region has no default VPC, or it has lost its default subnets, and the build names no VPC of its own.',
  },
  {
    pattern: spaced(
      'RegionDisabledException|STS is not activated in this region|OptInRequired(?!.{0,200}(?:Marketplace|accept terms))|is not enabled for this account|The security token included in the request is not valid in this region',
    ),
    kind: 'prerequisite',
    text: 'The account has not enabled this region, or this service. An administrator of the account enables it, or the build uses another region.',
  },
  {
    pattern: spaced(
      String.raw`Client\.InternalError: Client error on launch|Client error on launch|KMSKeyNotAccessibleFault|KMS\.(?:KMS)?AccessDenied\w{0,20}`,
    ),
    kind: 'permission',
    candidates: keyActions,
    text: 'The machine died at its launch for its encrypted disk: the key may not be used by whoever launches it, or is disabled. Its key policy decides as well as the policies of the caller.',
  },
  {
    pattern: spaced(
      'InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken(?:Exception)?|RequestExpired|AuthFailure(?!.{0,200}Not authorized for \\w{1,20}: .ami)|IncompleteSignature|MissingAuthenticationToken|The security token included in the request is (?:invalid|expired)|AWS was not able to validate the provided access credentials|Unable to locate credentials|NoCredentialProviders|no valid credential sources|failed to refresh cached credentials|No valid credential sources found|could not be found in shared config|ExpiredTokenException|InvalidIdentityToken',
    ),
    kind: 'credential',
    text: 'AWS does not take the credential: it is wrong, deleted, expired or missing, or the region is not enabled for the account. Permissions are not the matter yet.',
  },
  {
    pattern: spaced(
      'InsufficientInstanceCapacity|VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded|VolumeLimitExceeded|SnapshotLimitExceeded|AddressLimitExceeded|PendingVerification|Unsupported: Your requested instance type|SpotMaxPriceTooLow|ServiceQuotaExceededException|LimitExceededException',
    ),
    kind: 'not-permission',
    text: 'AWS has no room for it, or a quota of the account is reached.',
  },
  {
    pattern: spaced('Not authorized for \\w{1,20}: \\[ami-\\w{1,40}'),
    kind: 'permission',
    text: 'The AMI is not shared with this account: whoever owns it adds the account to its launch permissions. No policy of the caller helps.',
  },
  {
    pattern: spaced('use this AWS Marketplace product|accept terms and subscribe'),
    kind: 'prerequisite',
    text: 'The source AMI is a product of AWS Marketplace that the account has not subscribed to.',
  },
  {
    pattern: spaced(
      String.raw`InvalidKMSKey\.InvalidState|KMSInvalidStateException|KMS\.(?:NotFound|Disabled|InvalidState|KMSInvalidState)\w{0,20}|ciphertext refers to a customer master key that does not exist`,
    ),
    kind: 'not-permission',
    text: 'The key is disabled, waits to be deleted, or is not there.',
  },
  {
    pattern: spaced(
      'RequestLimitExceeded|ThrottlingException|Throttling: Rate exceeded|TooManyRequestsException',
    ),
    kind: 'not-permission',
    isPassing: true,
    text: 'AWS was asked too often in too short a time.',
  },
  {
    pattern: spaced(
      String.raw`Invalid[A-Za-z]{1,60}\.(?:NotFound|Malformed|Duplicate|InUse|Unavailable)|InvalidParameter(?:Value|Combination)|MissingParameter|No AMI was found matching filters|AMI Name: '[^'\n]{1,200}' is used by an existing AMI|DependencyViolation|IncorrectState`,
    ),
    kind: 'not-permission',
    text: 'AWS took the request and refused what it asks for: something named in it is not there, is taken or does not fit.',
  },
];
