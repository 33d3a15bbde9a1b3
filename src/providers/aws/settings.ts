/** One server in place of all of AWS; without it the SDK calls AWS itself, or what its own AWS_ENDPOINT_URL names. */
export type AwsSettings = { readonly endpoint?: string | undefined };
