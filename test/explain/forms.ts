import type { Explanation } from '../../src/explain/explanation.ts';

// Forms of errors as the vendors document them and as their SDKs and tools print them, with names of our own.

export type Form = {
  readonly what: string;
  readonly provider: string;
  readonly log: string;
  readonly is: Partial<Explanation>;
};

const account = '123456789012';
const user = `arn:aws:iam::${account}:user/xoap-builder`;
const denied = (rest: string) => `User: ${user} is not authorized to perform: ${rest}`;
const aws = (what: string, log: string, is: Partial<Explanation>): Form => ({
  what,
  provider: 'aws',
  log,
  is,
});

const awsForms: readonly Form[] = [
  aws(
    'an SDK error with every part',
    `operation error EC2: CreateImage, https response error StatusCode: 403, RequestID: 1, api error UnauthorizedOperation: You are not authorized to perform this operation. ${denied(`ec2:CreateImage on resource: arn:aws:ec2:eu-central-1:${account}:instance/i-0 because no identity-based policy allows the ec2:CreateImage action. Encoded authorization failure message: AbCdEfGhIjKlMnOpQrStUvWx`)}`,
    { kind: 'permission', requirements: ['ec2:CreateImage'], principal: user, layer: 'identity-policy' },
  ),
  ...(
    [
      ['with an explicit deny in a service control policy', 'service-control-policy'],
      ['because no service control policy allows the ec2:RunInstances action', 'service-control-policy'],
      ['with an explicit deny in a resource control policy', 'resource-control-policy'],
      ['because no permissions boundary allows the ec2:RunInstances action', 'permissions-boundary'],
      ['because no session policy allows the ec2:RunInstances action', 'session-policy'],
      ['because no VPC endpoint policy allows the ec2:RunInstances action', 'endpoint-policy'],
      ['because no resource-based policy allows the ec2:RunInstances action', 'resource-policy'],
      ['with an explicit deny in an identity-based policy', 'identity-policy'],
    ] as const
  ).map(([reason, layer]) =>
    aws(
      reason,
      `An error occurred (UnauthorizedOperation) when calling the RunInstances operation: ${denied(`ec2:RunInstances on resource: arn:aws:ec2:eu-central-1:${account}:instance/* ${reason}`)}`,
      {
        kind: 'permission',
        requirements: ['ec2:RunInstances'],
        layer,
      },
    ),
  ),
  aws(
    'the command line, without names',
    'An error occurred (UnauthorizedOperation) when calling the DescribeImages operation: You are not authorized to perform this operation.',
    { kind: 'permission', requirements: ['ec2:DescribeImages'], principal: null, layer: null },
  ),
  aws(
    'a step of Packer, without names',
    'Error querying AMI: UnauthorizedOperation: You are not authorized to perform this operation.\n\tstatus code: 403, request id: 1',
    {
      kind: 'permission',
      requirements: ['ec2:DescribeImages'],
      layer: null,
    },
  ),
  aws(
    'handing over a role',
    `An error occurred (UnauthorizedOperation) when calling the RunInstances operation: ${denied(`iam:PassRole on resource: arn:aws:iam::${account}:role/build-role because no identity-based policy allows the iam:PassRole action`)}`,
    {
      kind: 'permission',
      requirements: ['iam:PassRole'],
      resource: `arn:aws:iam::${account}:role/build-role`,
    },
  ),
  aws(
    'a key that may not be used, which shows as a failed launch',
    'Error waiting for instance (i-0123456789abcdef0) to become ready: unexpected state terminated. StateReason: Client.InternalError: Client error on launch',
    {
      kind: 'permission',
      requirements: [],
      layer: null,
    },
  ),
  aws(
    'no default VPC',
    'Error launching source instance: VPCIdNotSpecified: No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.',
    {
      kind: 'prerequisite',
      requirements: ['prerequisite:default-vpc'],
    },
  ),
  aws(
    'a region that is off',
    'api error OptInRequired: You are not subscribed to this service. Please go to https://aws.amazon.com to subscribe.',
    {
      kind: 'prerequisite',
      requirements: [],
    },
  ),
  aws(
    'a wrong key',
    'An error occurred (AuthFailure) when calling the DescribeRegions operation: AWS was not able to validate the provided access credentials',
    {
      kind: 'credential',
      requirements: [],
    },
  ),
  aws('an expired token', 'api error ExpiredToken: The security token included in the request is expired', {
    kind: 'credential',
  }),
  aws(
    'no room',
    'api error InsufficientInstanceCapacity: We currently do not have sufficient t3.large capacity',
    {
      kind: 'not-permission',
      requirements: [],
    },
  ),
  aws(
    'a rule about the request',
    `${denied('s3:PutBucketPolicy on resource: "arn:aws:s3:::b" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.')}`,
    { kind: 'policy', requirements: [], layer: null },
  ),
  aws(
    'an image of somebody else',
    'An error occurred (AuthFailure) when calling the DescribeImages operation: Not authorized for images: [ami-0123456789abcdef0]',
    { kind: 'permission', requirements: [] },
  ),
  aws(
    'a product of the marketplace',
    'api error OptInRequired: In order to use this AWS Marketplace product you need to accept terms and subscribe.',
    { kind: 'prerequisite', requirements: [] },
  ),
  aws(
    'a key that is disabled',
    'Error waiting for snapshot: Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state',
    { kind: 'not-permission' },
  ),
  aws('a message that is cut in its action', `User: ${user} is not authorized to perform: ec2:Creat`, {
    kind: 'permission',
    requirements: [],
    principal: user,
  }),
];

const subscription = '/subscriptions/50000000-0000-4000-8000-000000000001';
const appId = '30000000-0000-4000-8000-000000000003';
const objectId = '40000000-0000-4000-8000-000000000004';
const client = `The client '${appId}' with object id '${objectId}'`;
const azure = (what: string, log: string, is: Partial<Explanation>): Form => ({
  what,
  provider: 'azure',
  log,
  is,
});

const azureForms: readonly Form[] = [
  azure(
    'no role, as the SDK for Go prints it',
    `RESPONSE 403: 403 Forbidden\nERROR CODE: AuthorizationFailed\n{\n  "error": {\n    "code": "AuthorizationFailed",\n    "message": "${client} does not have authorization to perform action 'Microsoft.Compute/images/write' over scope '${subscription}/resourceGroups/images/providers/Microsoft.Compute/images/base' or the scope is invalid. If access was recently granted, please refresh your credentials."\n  }\n}`,
    {
      kind: 'permission',
      requirements: ['Microsoft.Compute/images/write'],
      principal: objectId,
      layer: 'role-assignment',
      resource: `${subscription}/resourceGroups/images/providers/Microsoft.Compute/images/base`,
    },
  ),
  azure(
    'an operation in another letter case',
    `AuthorizationFailed: ${client} does not have authorization to perform action 'microsoft.resources/subscriptions/resourcegroups/WRITE' over scope '${subscription}/resourcegroups/pkr' or the scope is invalid.`,
    { kind: 'permission', requirements: ['Microsoft.Resources/subscriptions/resourceGroups/write'] },
  ),
  azure(
    'a deployment of a template',
    `{"error":{"code":"InvalidTemplateDeployment","message":"Deployment failed with multiple errors: 'Authorization failed for template resource 'vm' of type 'Microsoft.Compute/virtualMachines'. ${client} does not have permission to perform action 'Microsoft.Compute/virtualMachines/write' at scope '${subscription}/resourceGroups/a'.'"}}`,
    {
      kind: 'permission',
      requirements: ['Microsoft.Compute/virtualMachines/write'],
      layer: 'role-assignment',
    },
  ),
  azure(
    'a person in place of an application',
    `The client 'ann@example.com' with object id '${objectId}' does not have authorization to perform action 'Microsoft.Compute/images/write' over scope '${subscription}' or the scope is invalid.`,
    { kind: 'permission', requirements: ['Microsoft.Compute/images/write'], principal: 'ann@example.com' },
  ),
  azure(
    'no role on what is referred to',
    `Code="LinkedAuthorizationFailed" Message="${client} has permission to perform action 'Microsoft.Compute/virtualMachines/write' on scope '${subscription}/resourceGroups/a'; however, it does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '${subscription}/resourceGroups/net' (respectively) or the linked scope(s) are invalid."`,
    {
      kind: 'permission',
      requirements: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
      layer: 'role-assignment',
    },
  ),
  azure(
    'a deny assignment',
    `${client} has permission to perform action 'Microsoft.Compute/images/write' on scope '${subscription}/resourceGroups/a'; however, the access is denied because of the deny assignment with name 'Baseline' and Id '1' at scope '${subscription}'.`,
    { kind: 'permission', requirements: ['Microsoft.Compute/images/write'], layer: 'deny-assignment' },
  ),
  azure(
    'a policy',
    `Code="RequestDisallowedByPolicy" Message="Resource 'pkros1' was disallowed by policy. Policy identifiers: '[]'."`,
    {
      kind: 'policy',
      requirements: [],
      resource: 'pkros1',
      layer: null,
    },
  ),
  azure(
    'a lock',
    `Code="ScopeLocked" Message="The scope '${subscription}/resourceGroups/a' cannot perform delete operation because following scope(s) are locked: '${subscription}/resourceGroups/a'. Please remove the lock and try again."`,
    { kind: 'policy', requirements: ['prerequisite:no-lock'], layer: 'lock' },
  ),
  azure(
    'a namespace that is not registered',
    `(MissingSubscriptionRegistration) The subscription is not registered to use namespace 'Microsoft.Compute'. See https://aka.ms/rps-not-found`,
    {
      kind: 'prerequisite',
      requirements: ['prerequisite:provider/Microsoft.Compute'],
    },
  ),
  azure(
    'a secret that is wrong',
    'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
    { kind: 'credential' },
  ),
  azure('a secret that expired', 'AADSTS7000222: The provided client secret keys for app are expired.', {
    kind: 'credential',
  }),
  azure(
    'a vault that asks roles',
    `Code="Forbidden" Message="Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=${appId};oid=${objectId};iss=https://sts.windows.net/1/\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '${subscription}/resourcegroups/a/providers/microsoft.keyvault/vaults/v/secrets/s'\r\nAssignment: (not found)"`,
    { kind: 'permission', requirements: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'] },
  ),
  azure(
    'a refusal without a body',
    `GET https://management.azure.com${subscription}/resourceGroups/a/providers/Microsoft.Compute/images/base\n--------------------------------------------------------------------------------\nRESPONSE 403: 403 Forbidden\nERROR CODE UNAVAILABLE\n--------------------------------------------------------------------------------\nResponse contained no body`,
    { kind: 'permission', requirements: [], candidates: ['Microsoft.Compute/images/read'], layer: null },
  ),
  azure(
    'a quota',
    `Code="OperationNotAllowed" Message="Operation could not be completed as it results in exceeding approved standardDSv3Family Cores quota."`,
    { kind: 'not-permission' },
  ),
  azure('a message that is cut', `${client} does not have authorization to perform action 'Microsoft.Comp`, {
    kind: 'unknown',
    requirements: [],
  }),
];

const google = (what: string, log: string, is: Partial<Explanation>): Form => ({
  what,
  provider: 'google',
  log,
  is,
});
const email = 'builder@xoap-images.iam.gserviceaccount.com';
const googleForms: readonly Form[] = [
  google(
    'a permission on a resource',
    "Error creating instance: googleapi: Error 403: Required 'compute.instances.create' permission for 'projects/xoap-images/zones/europe-west3-a/instances/packer-1', forbidden",
    {
      kind: 'permission',
      requirements: ['compute.instances.create'],
      resource: 'projects/xoap-images/zones/europe-west3-a/instances/packer-1',
      layer: null,
    },
  ),
  google(
    'details as JSON',
    '{"error":{"code":403,"status":"PERMISSION_DENIED","message":"Permission denied","details":[{"reason":"IAM_PERMISSION_DENIED","domain":"iam.googleapis.com","metadata":{"permission":"storage.buckets.get"}}]}}',
    { kind: 'permission', requirements: ['storage.buckets.get'] },
  ),
  google(
    'acting as an account',
    `The user does not have access to service account '${email}'. User: 'x@example.com'. Ask a project owner to grant you the iam.serviceAccountUser role on the service account`,
    {
      kind: 'permission',
      requirements: ['iam.serviceAccounts.actAs'],
      resource: email,
    },
  ),
  google(
    'an object',
    `${email} does not have storage.objects.get access to the Google Cloud Storage object. Permission 'storage.objects.get' denied on resource (or it may not exist).`,
    {
      kind: 'permission',
      requirements: ['storage.objects.get'],
      principal: email,
    },
  ),
  google(
    'a subnetwork of a host project',
    "googleapi: Error 403: Required 'compute.subnetworks.use' permission for 'projects/host-net/regions/europe-west3/subnetworks/builds', forbidden",
    {
      kind: 'permission',
      requirements: ['compute.subnetworks.use'],
    },
  ),
  google(
    'an API that is off',
    'googleapi: Error 403: Compute Engine API has not been used in project 123456 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=123456 then retry., accessNotConfigured',
    {
      kind: 'prerequisite',
      requirements: ['prerequisite:api/compute.googleapis.com'],
    },
  ),
  google(
    'IAP behind a time-out',
    "ERROR: (gcloud.compute.start-iap-tunnel) Error while connecting [4033: 'not authorized'].\nTimeout waiting for SSH.",
    {
      kind: 'permission',
      requirements: ['iap.tunnelInstances.accessViaIAP'],
    },
  ),
  google(
    'a constraint',
    'googleapi: Error 412: Constraint constraints/compute.vmExternalIpAccess violated for project projects/xoap-images. Add instance to the constraint to use external IP with it., conditionNotMet',
    {
      kind: 'policy',
      requirements: [],
    },
  ),
  google(
    'a location that is forbidden',
    "PERMISSION_DENIED: Request is disallowed by organization's constraints/gcp.resourceLocations constraint for projects/xoap-images.",
    { kind: 'policy', requirements: [] },
  ),
  google(
    'a token that was made for less',
    'googleapi: Error 403: Request had insufficient authentication scopes. "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT" status: PERMISSION_DENIED',
    { kind: 'credential' },
  ),
  google('a key that is gone', 'oauth2: "invalid_grant" "Invalid JWT Signature."', { kind: 'credential' }),
  google(
    'a quota',
    "googleapi: Error 403: Quota 'CPUS' exceeded. Limit: 24.0 in region europe-west3., quotaExceeded",
    { kind: 'not-permission' },
  ),
  google(
    'a step of Packer, without names',
    'Error deleting disk: googleapi: Error 403: The caller does not have permission, forbidden',
    {
      kind: 'permission',
      requirements: ['compute.disks.delete'],
    },
  ),
];

const vsphere = (what: string, log: string, is: Partial<Explanation>): Form => ({
  what,
  provider: 'vsphere',
  log,
  is,
});
const vsphereForms: readonly Form[] = [
  vsphere(
    'a privilege and an object, in words',
    "Permission to perform this operation was denied. Required privilege 'VirtualMachine.Interact.PowerOn' on managed object with id 'VirtualMachine-vm-42'.",
    {
      kind: 'permission',
      requirements: ['VirtualMachine.Interact.PowerOn'],
      resource: 'vm-42',
      layer: 'object-permission',
    },
  ),
  vsphere(
    'the fault as XML',
    '<detail><NoPermissionFault xmlns="urn:vim25"><object type="Folder">group-v3</object><privilegeId>VirtualMachine.Inventory.Create</privilegeId></NoPermissionFault></detail>',
    {
      kind: 'permission',
      requirements: ['VirtualMachine.Inventory.Create'],
      resource: 'group-v3',
    },
  ),
  vsphere(
    'the bare sentence at a step',
    'error destroying vm: ServerFaultCode: Permission to perform this operation was denied.',
    {
      kind: 'permission',
      requirements: ['VirtualMachine.Inventory.Delete'],
    },
  ),
  vsphere(
    'the bare sentence at a step of many',
    'error creating virtual machine: ServerFaultCode: Permission to perform this operation was denied.',
    {
      kind: 'permission',
      requirements: [],
      layer: 'object-permission',
    },
  ),
  vsphere(
    'a wrong password',
    'ServerFaultCode: Cannot complete login due to an incorrect user name or password.',
    { kind: 'credential' },
  ),
  vsphere(
    'a library that refuses',
    '403 Forbidden: {"type":"com.vmware.vapi.std.errors.unauthorized","value":{"error_type":"UNAUTHORIZED"}}',
    { kind: 'permission', requirements: [] },
  ),
  vsphere(
    'a certificate',
    'Post "https://vcenter.example.com/sdk": tls: failed to verify certificate: x509: certificate signed by unknown authority (vcenter)',
    { kind: 'not-permission' },
  ),
];

export const forms: readonly Form[] = [...awsForms, ...azureForms, ...googleForms, ...vsphereForms];
