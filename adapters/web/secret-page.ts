import express, { type ErrorRequestHandler, type Response, type Router } from 'express';
import type { AuditTrail } from '../../src/access/audit.ts';
import { type LinkedForm, newSecretText, type SecretLinks } from '../../src/access/secret-links.ts';
import type { Chat } from '../../src/chat/chat.ts';
import type { Form } from '../../src/chat/model/form.ts';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { createBrowsers, type LinkRequest } from './browsers.ts';
import { formBody, type Problems, readForm, redrawnBy } from './form.ts';
import { pageHeaders, sendPage, serveAssets } from './layout.ts';
import { codeBody, doneBody, faultBody, goneBody, triesLeft } from './pages.ts';

/** The path of the pages below the bot's address. */
export const secretPath = '/secret';

export type SecretPageDependencies = {
  readonly links: SecretLinks;
  /** What knows the forms of a workspace's platform. Throws `chat.no-platform` where there is none. */
  readonly formsOf: (workspaceId: string) => Chat['whole'];
  readonly audit: AuditTrail;
  readonly logger: Logger;
  /** The address of the bot, as browsers see it. */
  readonly publicUrl: string;
};

type Body = Readonly<Record<string, unknown>>;

/** Bytes that a form takes; what is asked for has a few thousand. */
const mostBytes = 128_000;

/** Creates the pages on which a person goes on with a form from chat and enters its secret. */
export function createSecretPages(dependencies: SecretPageDependencies): Router {
  const { links, formsOf, audit, logger, publicUrl } = dependencies;
  const base = `${new URL(publicUrl).pathname.replace(/\/$/, '')}${secretPath}`;
  const browsers = createBrowsers(publicUrl);

  const gone = (response: Response) =>
    sendPage(response, 404, { base, title: 'This link leads nowhere', body: goneBody });

  function showForm(
    { params: { id } }: LinkRequest,
    response: Response,
    shown: { form: Form; browser: string; problems?: Problems; focused?: string | undefined },
  ): void {
    const { form, browser, problems = {}, focused } = shown;
    const hidden = { proof: browsers.proof(browser, id), once: newSecretText() };
    const isWrong = Object.keys(problems).length > 0;
    const title = isWrong ? `Not taken yet: ${form.title}` : form.title;
    const body = formBody({ form, problems, focused, hidden });
    sendPage(response, isWrong ? 422 : 200, { base, title, body });
  }

  /** Asks for the code where the link is good. */
  async function askForCode(
    { params: { id } }: LinkRequest,
    response: Response,
    problem?: string,
  ): Promise<void> {
    if (!(await links.isThere(id))) return gone(response);
    const browser = newSecretText();
    browsers.remember(response, id, browser);
    const proof = browsers.proof(browser, id);
    const body = codeBody({ action: `${base}/${id}/code`, proof, problem });
    sendPage(response, problem ? 422 : 200, { base, title: 'Enter the code', body });
  }

  /** The form of a link, for the browser that gave its code. */
  async function opened(request: LinkRequest): Promise<{ linked: LinkedForm; browser: string } | undefined> {
    const browser = browsers.of(request);
    const linked = browser && (await links.find(request.params.id, browser));
    return linked ? { linked, browser } : undefined;
  }

  async function onOpen(request: LinkRequest, response: Response): Promise<void> {
    const found = await opened(request);
    if (!found) return askForCode(request, response);
    const { actor, token, values } = found.linked;
    const form = await formsOf(actor.workspaceId).redraw({ actor, token, values });
    showForm(request, response, { form, browser: found.browser });
  }

  async function onCode(request: LinkRequest, response: Response): Promise<void> {
    const { id } = request.params;
    const asked = browsers.of(request);
    if (!browsers.isOurs(request, asked)) return askForCode(request, response);
    const browser = links.browserAfter(id, asked);
    const claim = await links.claim(id, { code: String((request.body as Body).code), browser });
    if (claim.kind === 'gone') return gone(response);
    const { kind, actor } = claim;
    const outcome = kind === 'claimed' ? 'done' : 'refused';
    const detail = kind === 'claimed' ? 'the code was given' : 'a wrong code was given';
    await audit.record({ actor, action: 'secret.link', outcome, detail });
    if (kind === 'wrong') return askForCode(request, response, triesLeft(claim.left));
    browsers.remember(response, id, browser);
    response.set(pageHeaders).redirect(303, `${base}/${id}`);
  }

  async function onForm(request: LinkRequest, response: Response): Promise<void> {
    const { id } = request.params;
    const found = await opened(request);
    if (!found || !browsers.isOurs(request, found.browser)) return onOpen(request, response);
    const { browser, linked } = found;
    const { actor, token } = linked;
    const { step, once, proof: _proof, ...body } = request.body as Body;
    const forms = formsOf(actor.workspaceId);
    const form = await forms.redraw({ actor, token, values: textsIn(body) });
    const focused = redrawnBy(step);
    if (focused) return showForm(request, response, { form, browser, focused });
    const values = readForm(form, body);
    const reply = await forms.submit({ actor, token, values, once: `page:${id}:${String(once)}` });
    if (reply.kind === 'form') return showForm(request, response, { form: reply.form, browser });
    if (reply.kind === 'problems')
      return showForm(request, response, { form, browser, problems: reply.problems });
    // What came of the first time is told then; where it was taken, the link is gone.
    if (reply.kind === 'replayed') return onOpen(request, response);
    // It was taken, whatever becomes of the link, which ends by itself.
    await links.end(id).catch((err: unknown) => logger.warn({ err }, 'a link could not be ended'));
    browsers.forget(response, id);
    // So that whoever loads the page anew sends nothing again.
    response.set(pageHeaders).redirect(303, `${base}/done`);
  }

  const onFault: ErrorRequestHandler = (err: { status?: number }, _request, response, _next) => {
    logger.warn({ err }, 'a page for a secret could not be shown');
    const isOver = isAppError(
      err,
      'access.unknown-form',
      'chat.form-outdated',
      'connections.sealed-value-invalid',
    );
    if (isOver) return gone(response);
    const isAway = isAppError(err, 'redis.unavailable');
    const status = isAway ? 503 : (err.status ?? 500);
    sendPage(response, status, { base, title: 'That did not work', body: faultBody(isAway) });
  };

  const router = express.Router();
  const parse = express.urlencoded({ extended: false, limit: mostBytes, parameterLimit: 200 });
  serveAssets(router);
  router.get('/done', (_request, response) =>
    sendPage(response, 200, { base, title: 'Taken', body: doneBody }),
  );
  router.get('/:id', onOpen);
  router.post('/:id/code', parse, onCode);
  router.post('/:id', parse, onForm);
  router.use(onFault);
  return router;
}

/** What was sent, as texts; a list where a name came several times. */
function textsIn(body: Body): Record<string, string | string[]> {
  const isText = (value: unknown) => typeof value === 'string';
  const kept = Object.entries(body).filter(
    (entry): entry is [string, string | string[]] =>
      isText(entry[1]) || (Array.isArray(entry[1]) && entry[1].every(isText)),
  );
  return Object.fromEntries(kept);
}
