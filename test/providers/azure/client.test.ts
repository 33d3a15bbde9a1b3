import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { readOnly } from '../../../src/providers/azure/client.ts';

describe('the policy of the Azure client', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('never lets a %s leave', async (method) => {
    const request = createPipelineRequest({ url: 'https://management.azure.com/subscriptions/x', method });
    let left = false;
    const next = async () => {
      left = true;
      return { request, status: 200, headers: request.headers };
    };

    await expect(readOnly.sendRequest(request, next)).rejects.toMatchObject({
      code: 'provider.call-refused',
    });
    expect(left).toBe(false);

    await readOnly.sendRequest(createPipelineRequest({ url: request.url, method: 'GET' }), next);
    expect(left).toBe(true);
  });
});
