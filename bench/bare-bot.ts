import { App, HTTPReceiver } from '@slack/bolt';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

// What the bot is held against: Bolt and BullMQ with nothing in between. It opens a fixed form and acknowledges whatever
// is submitted.

const environment = process.env;
const connection = new Redis(environment.REDIS_URL ?? '', { maxRetriesPerRequest: null });
const queue = new Queue('bare', { connection });
const worker = new Worker('bare', async () => undefined, { connection });
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

const receiver = new HTTPReceiver({
  signingSecret: environment.SLACK_SIGNING_SECRET ?? '',
  customRoutes: [
    { path: '/readyz', method: 'GET', handler: (_request, response) => void response.writeHead(200).end() },
  ],
});
const token = environment.SLACK_BOT_TOKEN ?? '';
const app = new App({
  receiver,
  authorize: async () => ({ botToken: token, botId: 'B1', botUserId: 'U1' }),
  clientOptions: { slackApiUrl: environment.SLACK_API_URL ?? '' },
  tokenVerificationEnabled: false,
});
const input = (id: string, name: string) => ({
  type: 'input' as const,
  block_id: id,
  label: { type: 'plain_text' as const, text: name },
  element: { type: 'plain_text_input' as const, action_id: id },
});
app.command('/xoap', async ({ ack, command, client }) => {
  await ack();
  await client.views.open({
    trigger_id: command.trigger_id,
    view: {
      type: 'modal',
      callback_id: 'connection-form',
      title: { type: 'plain_text', text: 'Add a connection' },
      submit: { type: 'plain_text', text: 'Next' },
      blocks: [input('type', 'Type'), input('provider', 'Provider')],
    },
  });
});
app.view('connection-form', ({ ack }) => ack());
await app.start({ host: '127.0.0.1', port: Number(environment.XOAP_PORT) });

process.once('SIGTERM', async () => {
  await app.stop();
  await worker.close();
  await queue.close();
  process.exit(0);
});
