import assert from 'node:assert/strict'
import { join, sep } from 'node:path'
import { test } from 'node:test'
import { assetPath, mayLoad, mimeType } from './asset-path.ts'

const root = join(sep, 'program', 'renderer', 'dist')

test('a path of the page is a file below the root', () => {
  assert.equal(assetPath(root, 'app://rejot/'), join(root, 'index.html'))
  assert.equal(assetPath(root, 'app://rejot/assets/index-4f.js?v=1#x'), join(root, 'assets', 'index-4f.js'))
  assert.equal(assetPath(root, 'app://rejot/a%20b.css'), join(root, 'a b.css'))
})

test('nothing outside of the root is named, however it is written', () => {
  const attempts = [
    'app://rejot/../secret',
    'app://rejot/%2e%2e/secret',
    'app://rejot/%2e%2e%2fsecret',
    'app://rejot/assets/..%2f..%2f..%2fetc%2fpasswd',
    'app://rejot/..%5c..%5csecret',
    'app://rejot//etc/passwd',
    'app://rejot/%00index.html',
    'app://rejot/%ff',
    'app://rejot/%2e%2e%2fdist-of-another/x.js',
  ]
  for (const url of attempts) {
    const file = assetPath(root, url)
    assert.equal(file === undefined || file.startsWith(root + sep), true, `${url} → ${file}`)
  }
  assert.equal(assetPath(root, 'app://rejot/%2e%2e%2fsecret'), undefined)
  assert.equal(assetPath(root, 'app://rejot/%2e%2e%2fdist-of-another/x.js'), undefined)
})

test('another origin names nothing', () => {
  for (const url of ['app://other/', 'file:///etc/passwd', 'https://rejot/', 'rejot', '']) {
    assert.equal(assetPath(root, url), undefined, url)
  }
})

test('only known kinds of file have a type', () => {
  assert.equal(mimeType('a/INDEX.HTML'), 'text/html; charset=utf-8')
  assert.equal(mimeType('a/worker.js'), 'text/javascript; charset=utf-8')
  assert.equal(mimeType('a/.env'), undefined)
  assert.equal(mimeType('a/run.sh'), undefined)
})

test('no scheme but the own one loads', () => {
  assert.equal(mayLoad('app://rejot/assets/a.js'), true)
  assert.equal(mayLoad('data:image/png;base64,AAAA'), true)
  for (const url of [
    'https://example.org/',
    'http://127.0.0.1:5432/',
    'ws://x/',
    'file:///etc/passwd',
    'app://rejot.example/',
    'blob:null/1',
  ]) {
    assert.equal(mayLoad(url), false, url)
  }
})
