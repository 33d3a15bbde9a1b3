import { type Sign, spaced } from '../told.ts';

/** What Azure says that means the same wherever it stands. */
export const signs: readonly Sign[] = [
  {
    pattern: spaced(
      String.raw`ReadOnlyDisabledSubscription|DisabledSubscription|subscription '?[\w-]{1,80}'? is disabled and therefore marked as read only`,
    ),
    kind: 'prerequisite',
    requirements: ['prerequisite:subscription-enabled'],
    text: 'The subscription is disabled, so nothing can be made in it.',
  },
  {
    pattern: spaced(
      `ExpiredAuthenticationToken|InvalidAuthenticationToken(?:Tenant)?|AuthenticationFailed|Please run 'az login'`,
    ),
    kind: 'credential',
    text: 'Azure does not take the sign-in: its token is missing, expired or of another tenant. Permissions are not the matter yet.',
  },
  {
    pattern: spaced(
      'AuthorizationPermissionMismatch|not authorized to perform this operation using this permission',
    ),
    kind: 'permission',
    candidates: [
      'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
      'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write',
    ],
    text: 'Azure Storage refused to read or write data; roles on the account itself, Contributor among them, give no right to its data.',
  },
  {
    pattern: spaced('RequestDisallowedByPolicy'),
    kind: 'policy',
    text: 'An Azure Policy of the organisation refused what the build asks for. A role does not help: change what is asked for, or ask whoever keeps the policy for an exemption.',
  },
  {
    pattern: spaced('ForbiddenByFirewall|ForbiddenByConnection'),
    kind: 'not-permission',
    text: 'The firewall of the vault does not let the build machine in. It is the network, not a permission.',
  },
  {
    pattern: spaced(
      String.raw`\b(?:QuotaExceeded|SkuNotAvailable|ZonalAllocationFailed|AllocationFailed|OverconstrainedAllocationRequest)\b|exceeding approved [\w ]{1,60} quota`,
    ),
    kind: 'not-permission',
    text: 'Azure has no room for it, or a quota of the subscription is reached.',
  },
  {
    pattern: spaced(String.raw`\bTooManyRequests\b|OperationNotAllowed: The request is being throttled`),
    kind: 'not-permission',
    isPassing: true,
    text: 'Azure was asked too often in too short a time.',
  },
  {
    pattern: spaced(
      String.raw`\b(?:ResourceGroupNotFound|ResourceNotFound|GalleryImageNotFound|PlatformImageNotFound|ImageNotFound)\b`,
    ),
    kind: 'not-permission',
    text: 'Azure took the request and refused what it asks for: something named in it is not there or does not fit.',
  },
];
