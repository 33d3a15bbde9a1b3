// What looks like a secret in a text that somebody pastes. It is taken out before anything is read, so that it reaches
// no answer; what else the text holds stays as it was.

const assigned =
  /((?:secret|password|passwd|pwd|token|api_?key|access_?key|accountkey|sharedaccesskey)["']?\s{0,3}(?:=|:|=>)\s{0,3})(["']?)(?!arn:)([^\s"',;<>]{6,400})/gi;

/** What stands behind an option of a command. */
const optioned =
  /((?:-{1,2}(?:password|client-secret|secret|token|access-key|account-key)|login\b[^\n]{0,200}?\s-p)(?:=|\s{1,3}))(["']?)([^\s"']{4,400})/gi;

/** The password in an address, and the signature of one that lets anybody in. */
const inAddress = /(:\/\/[^\s/:@]{1,100}:)()([^\s/@]{1,200})(?=@)/g;
const signature =
  /([?&](?:sig|x-amz-signature|x-amz-security-token|x-goog-signature)=)()([^&\s"']{10,2000})/gi;

/** https://docs.github.com and the vendors' own pages name the prefixes; a JSON Web Token begins with `{"` in base64. */
const wholes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
  /\beyJ[\w-]{10,4000}\.[\w-]{10,4000}\.[\w-]{0,4000}/g,
  /\bya29\.[\w-]{20,2000}/g,
  /\b[\w~.-]{3}8Q~[\w~.-]{31,40}/g,
  /\bxox[abeprs]-[\w-]{10,300}/g,
  /\b(?:gh[opsu]_|github_pat_)\w{20,300}/g,
  /\b(?:Bearer|Basic) [\w+/=.~-]{20,4000}/g,
];

const mark = '[taken out]';

/** A text without what looks like a secret, and whether there was one. */
export function withoutSecrets(text: string): { readonly text: string; readonly hadSecrets: boolean } {
  const whole = wholes.reduce((rest, pattern) => rest.replace(pattern, mark), text);
  const plain = [inAddress, signature, optioned, assigned].reduce(
    (rest, pattern) => rest.replace(pattern, (_all, name: string, quote: string) => `${name}${quote}${mark}`),
    whole,
  );
  return { text: plain, hadSecrets: plain !== text };
}
