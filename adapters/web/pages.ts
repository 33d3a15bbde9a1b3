import { downloadMinutes } from '../../src/access/downloads.ts';
import { linkMinutes } from '../../src/access/secret-links.ts';
import { type Html, html } from '../../src/html.ts';

/** Said of every link that opens nothing: nobody learns whether there ever was one. */
export const goneBody = html`<h1>This link leads nowhere</h1>
<p>A link is good once, for ${linkMinutes} minutes, in the browser that gave its code, and for five tries at the code.</p>
<p>Begin again where you came from in chat. What you had entered there was not stored.</p>`;

/** Asks for the code that the person alone was shown. */
export function codeBody({
  action,
  proof,
  problem,
}: {
  readonly action: string;
  readonly proof: string;
  readonly problem?: string | undefined;
}): Html {
  return html`<h1>Enter the code</h1>
<p>The bot has shown you a code in chat: in Slack in a direct message, in Teams in the dialog. It tells this page that you are the one whom the link was made for.</p>
<form method="post" action="${action}" autocomplete="off">
<input type="hidden" name="proof" value="${proof}">
<div class="question${problem && ' wrong'}">
<label for="code">Code</label>
${problem && html`<p class="problem" id="code-problem" role="alert">${problem}</p>`}
<input class="code" id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="40" required autofocus${problem && html` aria-describedby="code-problem" aria-invalid="true"`}>
</div>
<button class="send">Go on</button>
</form>`;
}

/** Said of a wrong code. */
export const triesLeft = (left: number) =>
  `That is not the code. ${left === 1 ? 'One try is' : `${left} tries are`} left.`;

export const doneBody = html`<h1>Taken</h1>
<p>The secret is sealed and is being verified. The answer comes in chat, where you began.</p>
<p>You can close this page; the link is used up.</p>`;

export const noDownloadBody = html`<h1>This link leads nowhere</h1>
<p>A link to a file is good once, for ${downloadMinutes} minutes. Ask for the file again in chat.</p>`;

/** Hands a file over at a press, so that nothing that merely looks at the link takes it. */
export const downloadBody = (name: string): Html => html`<h1>Fetch ${name}</h1>
<p>The file can be fetched once. Whoever has this link gets it.</p>
<form method="post"><button class="send">Fetch the file</button></form>`;

export const faultBody = (isDatabaseAway: boolean) => html`<h1>That did not work</h1>
<p>${
  isDatabaseAway
    ? 'The bot cannot reach its database right now. Nothing was stored; try again in a minute.'
    : 'Nothing was stored, by a fault of this bot or of what was sent. Go back and try again; its operator finds more in the log.'
}</p>`;
