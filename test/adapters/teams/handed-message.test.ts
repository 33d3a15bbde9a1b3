import { describe, expect, it } from 'vitest';
import { MessageAction, readMessage, textOf } from '../../../adapters/teams/handed-message.ts';

describe('a message that is handed over in Teams', () => {
  it.each([
    ['<p>one</p><p>two</p>', 'one\ntwo\n'],
    ['one<br>two<br/>three', 'one\ntwo\nthree'],
    ['<pre>a  b\n  c</pre>', 'a  b\n  c\n'],
    ['<div>a &lt;b&gt; &amp;amp;&nbsp;c</div>', 'a <b> &amp; c\n'],
    ['<p>cut <b', 'cut \n'],
    ['<codeblock class="Json"><code>{<br>"a": 1<br>}</code></codeblock>', '{\n"a": 1\n}\n'],
  ])('%j is read line by line', (html, text) => {
    expect(textOf(html)).toBe(text);
  });

  it.each([
    [{ body: null }, ''],
    [{ id: 5, body: { contentType: null, content: '<p>x</p>' } }, 'x'],
    [{ attachments: 'no', body: { content: 'x' } }, ''],
    [undefined, ''],
    [{ attachments: [{ contentType: null }, { contentType: 'a/card', content: { inlines: ['x'] } }] }, 'x'],
    [{ attachments: [{ contentType: 'a/card', content: { sections: [{ activityText: 'x' }] } }] }, 'x'],
  ])('that is malformed is read as far as it goes: %j', (messagePayload, text) => {
    const action = MessageAction.parse({
      commandId: 'explain-failure',
      commandContext: 'message',
      messagePayload,
    });
    expect(readMessage(action).text).toBe(text);
  });

  it('tells the root of its thread', () => {
    const action = { commandId: 'explain-failure', commandContext: 'message' } as const;
    expect(readMessage({ ...action, messagePayload: { id: '2', replyToId: '1' } }).threadId).toBe('1');
    expect(readMessage({ ...action, messagePayload: { id: '2' } }).threadId).toBe('2');
  });
});
