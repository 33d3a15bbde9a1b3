import { z } from 'zod';
import { entries, setting } from '../setting.ts';

/** What the operator sets about who may do what. */
export const accessSettings = {
  XOAP_ADMINS: setting(
    'production',
    'Chat user ids (in Teams: Entra object ids), separated by commas, who may change and remove connections that others added.',
    z.string().default('').transform(entries),
  ),
  XOAP_SECRET_INTAKE: setting(
    'production',
    'Where secrets are entered: chat (in the form), link (on a web page of this bot alone, so that chat never sees them), or both, which lets people choose. The page needs XOAP_PUBLIC_URL; without it, both means chat.',
    z.enum(['chat', 'both', 'link']).default('both'),
  ),
};
