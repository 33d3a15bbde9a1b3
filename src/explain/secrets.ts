// What looks like a secret in a text that somebody pastes. It is taken out before anything is read, so that it reaches
// no answer; what else the text holds stays as it was.

const keyNames =
  'client[_-]?secret|secret(?:[_-]?(?:access[_-]?)?key)?|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|sharedaccesskey';
const passwordNames = String.raw`password|passwd|passphrase|pwd|\bpass`;

/** Whether what has this name in a file or a log is a secret. */
export const namesSecret = (name: string): boolean =>
  new RegExp(`(?:${keyNames}|${passwordNames})$`, 'i').test(name);

/** A name with its value, however long that is; in the ARN of a secret the word is a kind and no name. */
const assigned = new RegExp(
  String.raw`(?<![\d*]:)((${keyNames}|${passwordNames})["']?\s{0,3}(=>|=|:)\s{0,3})(?:"([^"\n]{4,})|'([^'\n]{4,})|(?!arn:|\[taken out\])([^\s"'<>]{4,}))`,
  'gi',
);

/** A name with its value in quotation marks, before `\` is undone. */
const quoted = new RegExp(
  String.raw`((?:${keyNames}|${passwordNames})["']?\s{0,3}(?:=>|=|:)\s{0,3})"((?:\\.|[^"\\\n]){4,})"`,
  'gi',
);

/** A text in whose secrets nothing stands behind `\`: a quotation mark there would end them once that is undone. */
export const withPlainSecrets = (text: string): string =>
  text.replace(quoted, (_all, before: string, value: string) => `${before}"${value.replace(/\\./g, '_')}"`);

/** A word of a sentence, or the code of an error, behind a name that only speaks of a secret. */
const isWord = (value: string): boolean =>
  /^(?:[A-Z]{2,}\d+|[A-Za-z]{1,24}|[a-z]+(?:[_-][a-z]+)+|\d{3}|[A-Z][A-Za-z]{0,60}(?:Exception|Error|Token|Denied|Fault))[:.,;)\]]*$/.test(
    value,
  );
const isHidden = (value: string): boolean => /^[*•x.]+[,;]?$/i.test(value);

/** Whether what stands behind a name is its value: behind a colon a sentence may go on. */
function isValue(
  { name, sign, value }: { readonly name: string; readonly sign: string; readonly value: string },
  rest: string,
): boolean {
  if (isHidden(value)) return false;
  if (sign !== ':') return value.length >= 6;
  const isOfSentence = isWord(value) && /^[^\S\n]{0,20}\S/.test(rest);
  const isPassword = new RegExp(`^(?:${passwordNames})$`, 'i').test(name);
  return value.length >= 6 && (isPassword ? !isOfSentence : !isWord(value));
}

const mark = '[taken out]';

/** What stands behind the names of secrets, in quotation marks or up to the next blank. */
function withoutAssigned(text: string): string {
  return text.replace(assigned, (all, before: string, name: string, sign: string, ...more: unknown[]) => {
    const [double, single, bare = '', at] = more as [string?, string?, string?, number?];
    if (double !== undefined || single !== undefined) {
      if (isHidden(double ?? single ?? '')) return all;
      return `${before}${double === undefined ? "'" : '"'}${mark}`;
    }
    const rest = text.slice((at ?? 0) + all.length, (at ?? 0) + all.length + 80);
    return isValue({ name, sign, value: bare }, rest) ? `${before}${mark}` : all;
  });
}

/** What stands behind an option of a command, a name, or in an address; the first group stays. */
const behind: readonly RegExp[] = [
  /((?:-{1,2}(?:password|client-secret|secret|token|access-key|account-key)|login\b[^\n]{0,200}?\s-p)(?:=|\s{1,3})["']?)[^\s"']{4,}/gi,
  /((?:\s|^)(?:-u|--user)(?:=|\s{1,3})["']?[^\s:"']{1,100}:)[^\s"']{3,}/g,
  // What is a port is none.
  /(:\/\/[^\s/:@]{1,100}:)(?!\d{1,5}(?:[/?#\s]|$))\S{1,300}(?=@)/g,
  /([?&](?:sig|x-amz-signature|x-amz-security-token|x-goog-signature)=)[^&\s"']{10,}/gi,
  /(hooks\.slack\.com\/(?:services|workflows)\/)[\w/-]{10,}/g,
];

/** https://docs.github.com and the vendors' own pages name the prefixes; a JSON Web Token begins with `{"` in base64. */
const wholes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?!-----)[\s\S]){0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
  /\beyJ[\w-]{10,4000}\.[\w-]{10,16000}\.[\w-]*/g,
  /\bya29\.[\w-]{20,}/g,
  /\bAIza[\w-]{35}/g,
  /\b[\w~.-]{3}8Q~[\w~.-]{31,40}/g,
  /\bx(?:ox[abeprs]|app)-[\w-]{10,}/g,
  /\b(?:gh[opsru]_|github_pat_)\w{20,}/g,
  /\b(?:glpat-|hv[sb]\.|npm_|sk_live_)[\w-]{16,}/g,
  /\b(?:Bearer [\w+/=.~-]{20,}|Basic [\w+/=]{8,})/g,
];

/** A text without what looks like a secret, and whether there was one. */
export function withoutSecrets(text: string): { readonly text: string; readonly hadSecrets: boolean } {
  const whole = wholes.reduce((rest, pattern) => rest.replace(pattern, mark), text);
  const named = behind.reduce((rest, pattern) => rest.replace(pattern, `$1${mark}`), whole);
  const plain = withoutAssigned(named);
  return { text: plain, hadSecrets: plain !== text };
}
