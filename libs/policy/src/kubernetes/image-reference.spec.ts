import { describe, expect, it } from '@jest/globals';
import { parseImage } from './image-reference.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseImage', () => {
  it.each([
    ['nginx', { registry: 'docker.io', repository: 'docker.io/library/nginx' }],
    ['nginx:1.27', { repository: 'docker.io/library/nginx', tag: '1.27' }],
    ['bitnami/redis:latest', { repository: 'docker.io/bitnami/redis', tag: 'latest' }],
    ['index.docker.io/library/nginx', { registry: 'docker.io' }],
    ['Registry.Example.com/a/b:v1', { repository: 'registry.example.com/a/b', tag: 'v1' }],
    ['localhost/app', { registry: 'localhost', repository: 'localhost/app' }],
    ['localhost:5000/app', { registry: 'localhost:5000' }],
    ['[2001:db8::1]:5000/app:1', { registry: '[2001:db8::1]:5000', tag: '1' }],
    [`ghcr.io/acme/api@${DIGEST}`, { repository: 'ghcr.io/acme/api', digest: DIGEST }],
    [`ghcr.io/acme/api:v2@${DIGEST}`, { registry: 'ghcr.io', tag: 'v2', digest: DIGEST }],
  ])('reads %s', (text, expected) => {
    expect(parseImage(text)).toMatchObject(expected);
  });

  it.each([
    '',
    ' nginx',
    'nginx ',
    'NGINX',
    'nginx:',
    'nginx:a:b',
    'a//b',
    'registry.example.com/',
    'registry.example.com@evil.example/a',
    'evil.example#registry.example.com/a',
    'nginx@sha256:short',
    `nginx@${DIGEST}@${DIGEST}`,
    'nginx\u0000',
    'nginx\n',
    `${'a'.repeat(2_000)}`,
  ])('refuses %j, which no runtime would pull', (text) => {
    expect(parseImage(text)).toBeUndefined();
  });
});
