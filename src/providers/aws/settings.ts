/** What the operator decides about AWS. */
export type AwsSettings = {
  /** One server in place of all of AWS; without it the SDK calls AWS itself, or what its own AWS_ENDPOINT_URL names. */
  readonly endpoint?: string | undefined;
  /**
   * What the machine that verifies is in AWS, where connections may sign in as that: its ARN, or an empty text where only
   * the operator knows; absent where they may not.
   */
  readonly ownIdentity?: string | undefined;
  /** The address that AWS sees this bot at, for policies that ask for `aws:SourceIp`. */
  readonly sourceIp?: string | undefined;
};
