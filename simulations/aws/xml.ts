/** Text as it may stand inside an element. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export type Reply = { readonly status: number; readonly body: string };

const requestId = '00000000-0000-4000-8000-000000000000';

/** An error as EC2 words it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export function ec2Error(status: number, code: string, message: string): Reply {
  const error = `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return {
    status,
    body: `<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`,
  };
}

/** An error as STS and IAM word it. */
export function queryError(status: number, code: string, message: string): Reply {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { status, body: `<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>` };
}

/** A result of STS or IAM. */
export function queryResult(action: string, inner: string): Reply {
  const result = `<${action}Result>${inner}</${action}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return { status: 200, body: `<${action}Response>${result}${metadata}</${action}Response>` };
}
