import { spaced } from '../told.ts';

/** How the command line is given what is to be decoded. */
export const encodedOption = '--encoded-message';

/** AWS takes at most 10,240 characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
const pattern = spaced(
  `(?:Encoded authorization failure message:|${encodedOption}) ([A-Za-z0-9_-]{20,10240})`,
);

/** The first message in a text that AWS encoded, since it may tell what whoever was refused should not see. */
export const encodedIn = (text: string): string | undefined => text.matchAll(pattern).next().value?.[1];
