// What has to work before users come. Change the paths and words to those of your application.
import { expect, test } from '@playwright/test';

test('the application is healthy', async ({ request }) => {
  const answer = await request.get('/api/health');

  expect(answer.status()).toBe(200);
  expect(await answer.json()).toMatchObject({ status: 'ok' });
});

test('the database answers within a second', async ({ request }) => {
  const answer = await request.get('/api/health/db');

  expect(answer.status()).toBe(200);
  const { healthy, latency } = await answer.json();
  expect(healthy).toBe(true);
  expect(latency).toBeLessThan(1000);
});

test('the login page shows its button', async ({ page }) => {
  await page.goto('/login');

  await expect(page).toHaveTitle(/Holi Labs/);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('signing in is no server error', async ({ request }) => {
  const answer = await request.post('/api/auth/signin', {
    data: {
      email: process.env.SMOKE_EMAIL || 'smoke@example.com',
      password: process.env.SMOKE_PASSWORD || 'not-a-password',
    },
  });

  expect(answer.status()).toBeLessThan(500);
});
