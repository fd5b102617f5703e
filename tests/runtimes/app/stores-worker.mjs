// In workerd: KV and the Cache API. `?read=key` gives what is known under a key.
import { cacheStorageCache, kvCache } from 'strop/stores';
import { checkCache } from './stores.mjs';

export default {
  async fetch(request, { ANSWERS }) {
    try {
      const { searchParams } = new URL(request.url);
      if (searchParams.has('read'))
        return Response.json({ found: (await kvCache(ANSWERS).get(searchParams.get('read'))) ?? null });
      await checkCache(() => kvCache(ANSWERS));
      await checkCache(() => kvCache(ANSWERS, { prefix: 'short:', expirationTtl: 60 }));
      await checkCache(() => cacheStorageCache({ name: 'here' }));
      const tooLarge = await kvCache(ANSWERS)
        .set('large', 'x'.repeat(26 * 1024 * 1024))
        .then(
          () => 'kept',
          ({ name, code, message }) => ({ name, code, message }),
        );
      return Response.json({ tooLarge });
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
