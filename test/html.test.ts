import { expect, it } from 'vitest';
import { html } from '../src/html.ts';

it('takes every value as text, in attributes and between them', () => {
  const value = `"><img src=x onerror='alert(1)'>&amp;`;
  expect(html`<p title="${value}">${value}</p>`.markup).toBe(
    '<p title="&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;">&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;</p>',
  );
});

it('takes what it made itself as it is, lists too, and leaves out what is not there', () => {
  const items = ['a&b', 'c'].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}</ul>${undefined}${false}${0}`.markup).toBe('<ul><li>a&amp;b</li><li>c</li></ul>0');
});
