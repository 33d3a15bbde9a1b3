/** What the operator decides about AWS. */
export type AwsSettings = {
  /** One server in place of all of AWS; without it the SDK calls AWS itself, or what its own AWS_ENDPOINT_URL names. */
  readonly endpoint?: string | undefined;
  /** The address that AWS sees this bot at, for policies that ask for `aws:SourceIp`. */
  readonly sourceIp?: string | undefined;
};
