/** The layers that can deny, as they are called in a sentence. */
export const layers = {
  'identity-policy': 'identity-based policy',
  'permissions-boundary': 'permissions boundary',
  'service-control-policy': 'service control policy',
  'resource-control-policy': 'resource control policy',
  'session-policy': 'session policy',
  'resource-policy': 'resource policy',
  'endpoint-policy': 'network endpoint policy',
  'trust-policy': 'role trust policy',
} as const;
export type Layer = keyof typeof layers;

/** The ways of asking, as they are called in a sentence. */
export const methods = {
  'dry-run': 'a dry run',
  simulation: 'a question to the policy simulator',
  'dry-run+simulation': 'a dry run and a question to the policy simulator',
} as const;

/** What the codes of dry runs and of the simulator say. */
export const codes = [
  [/^DryRunOperation$/, 'would have been carried out'],
  [/^(UnauthorizedOperation|AccessDenied\w*)$/, 'refused'],
  [/\.NotFound$/, 'let through, as far as the made-up object'],
  [/^VPCIdNotSpecified$/, 'there is no default VPC'],
  [/^DryRunNotHonoured$/, 'was carried out'],
  [/Throttl|RequestLimit/, 'too many calls'],
] as const;

/** Stands in the evidence of a dry run that was carried out all the same. */
export const carriedOut = 'DryRunNotHonoured';
