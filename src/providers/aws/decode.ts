import { AppError } from '../../errors.ts';
import type { SigningIn } from '../provider.ts';
import type { Decoded } from '../told.ts';
import type { AwsAnswer } from './answers.ts';
import { AwsCredential } from './credentials.ts';
import { toldByDecoded } from './decoded.ts';
import { encodedIn } from './encoded.ts';
import { signIn } from './session.ts';
import type { AwsSettings } from './settings.ts';
import { signInError } from './sign-in.ts';

const notDecoded = (message: string, hint: string) =>
  new AppError(message, { code: 'provider.not-decoded', hint });

/**
 * Why AWS did not decode a message. It takes only messages of the account that asks, and says the same of a damaged one:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
function errorOf(answer: Exclude<AwsAnswer, { kind: 'done' }>, host: string): AppError {
  if (answer.kind === 'refused' && /^AccessDenied/.test(answer.code))
    return notDecoded(
      'AWS does not let this credential decode messages: sts:DecodeAuthorizationMessage is missing',
      'Whoever has it in that account runs the command above, or gives it to this credential: builds do not need it.',
    );
  if (answer.kind === 'refused' && /^InvalidAuthorizationMessage/.test(answer.code))
    return notDecoded(
      'AWS cannot decode this message as that account',
      'It is of another account, or not whole. Paste the log again with the whole message.',
    );
  return signInError(answer, { host });
}

/** Has AWS decode the message in a text. */
export async function decode(
  request: SigningIn & { readonly text: string },
  settings: AwsSettings = {},
): Promise<Decoded> {
  const message = encodedIn(request.text);
  if (message === undefined)
    throw notDecoded('There is no encoded message of AWS there', 'Paste the log again.');
  const { client, own } = await signIn(AwsCredential.parse(request.credential), request, settings);
  try {
    const answer = await client.decode(message);
    if (answer.kind !== 'done') throw errorOf(answer, client.signInHost());
    const told = toldByDecoded(answer.output);
    if (told) return told;
    throw notDecoded(
      'AWS decoded the message, and it tells of no refusal',
      'Run the command above to read it.',
    );
  } finally {
    client.close();
    own?.close();
  }
}
