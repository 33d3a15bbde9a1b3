import { expect, it } from 'vitest';
import { z } from 'zod';
import { issuerAddressOf, issuerSettings } from '../../src/issuer/settings.ts';

const { XOAP_ISSUER_URL: schema } = z.object(issuerSettings).shape;

it.each(['https://bot.example.com', 'https://example.com/xoap/bot'])('%s can be an issuer', (url) => {
  expect(schema.safeParse(url).success).toBe(true);
});

it.each([
  'http://bot.example.com',
  'https://bot.example.com:8443',
  'https://bot.example.com/',
  'https://bot.example.com/xoap/',
  'https://bot.example.com/?a=1',
  'https://bot.example.com/#a',
  'https://kim@bot.example.com',
  'bot.example.com',
])('%s cannot', (url) => {
  expect(schema.safeParse(url).success).toBe(false);
});

it('is the public address unless said otherwise, and rotates by age only there', () => {
  expect(issuerAddressOf({})).toBeUndefined();
  expect(issuerAddressOf({ XOAP_PUBLIC_URL: 'http://localhost:3000' })).toBeUndefined();
  expect(issuerAddressOf({ XOAP_PUBLIC_URL: 'https://bot.example.com:8443' })).toBeUndefined();
  const own = { url: 'https://bot.example.com', rotation: 'age' };
  expect(issuerAddressOf({ XOAP_PUBLIC_URL: 'https://bot.example.com/' })).toEqual(own);
  const elsewhere = {
    XOAP_PUBLIC_URL: 'https://bot.example.com',
    XOAP_ISSUER_URL: 'https://keys.example.com',
  };
  expect(issuerAddressOf(elsewhere)).toEqual({ url: 'https://keys.example.com', rotation: 'seen' });
  expect(issuerAddressOf({ ...elsewhere, XOAP_ISSUER_ROTATION: 'confirmed' })).toMatchObject({
    rotation: 'confirmed',
  });
});
