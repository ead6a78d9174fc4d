import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, turnsOf } from './support/translate.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB';
const jpeg = '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD';
const pdf = Buffer.from('%PDF-1.7\n…').toString('base64');

const blocksOf = (part: unknown) => turnsOf([{ role: 'user', content: [part] }])[0]?.content;
const image = (url: unknown) => ({ type: 'image_url', image_url: { url } });
const file = (fields: object) => ({ type: 'file', file: fields });
const base64Image = (media_type: string, data: string) => [
  { type: 'image', source: { type: 'base64', media_type, data } },
];

test('an image by URL is fetched by the provider', () => {
  const url = 'https://images.example.com/a.png?x=1';
  assert.deepEqual(blocksOf(image(url)), [{ type: 'image', source: { type: 'url', url } }]);
  assert.deepEqual(blocksOf({ type: 'image_url', image_url: url }), [{ type: 'image', source: { type: 'url', url } }]);
});

test('an image in base64 keeps its bytes, and its type is what the bytes say', () => {
  assert.deepEqual(blocksOf(image(`data:image/png;base64,${png}`)), base64Image('image/png', png));
  assert.deepEqual(blocksOf(image(`data:image/png;base64,${jpeg}`)), base64Image('image/jpeg', jpeg));
  assert.deepEqual(blocksOf(image(`data:image/jpg;base64,AAAA`)), base64Image('image/jpeg', 'AAAA'));
  assert.deepEqual(blocksOf(image(`data:;base64,R0lGODlhAQABAAAA`)), base64Image('image/gif', 'R0lGODlhAQABAAAA'));
  const webp = Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1').toString('base64');
  assert.deepEqual(blocksOf(image(`data:image/png;base64,${webp}`)), base64Image('image/webp', webp));
});

test('images that Anthropic does not take, and URLs that nobody else can fetch, are refused by path', () => {
  const param = 'messages[0].content[0].image_url.url';
  const bad = [
    'data:image/svg+xml;base64,PHN2Zz4=',
    'data:image/png,rawtext',
    'data:image/png;base64,not base64!',
    'file:///etc/passwd',
    'http://localhost/a.png',
    'http://127.0.0.1/a.png',
    'http://2130706433/a.png',
    'http://169.254.169.254/latest/meta-data',
    'http://10.1.2.3/a.png',
    'http://172.20.0.1/a.png',
    'http://192.168.1.1/a.png',
    'http://100.100.0.1/a.png',
    'http://[::1]/a.png',
    'http://[fd00::1]/a.png',
    'http://[::ffff:127.0.0.1]/a.png',
    'http://printer/a.png',
    'http://db.internal/a.png',
    'https://user:pass@example.com/a.png',
    'nonsense',
    7,
  ];
  for (const url of bad) assert.throws(() => blocksOf(image(url)), refusal('invalid_field', param));
});

test('a PDF becomes a document with its name as the title', () => {
  const expected = [
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf }, title: 'a.pdf' },
  ];
  assert.deepEqual(blocksOf(file({ filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` })), expected);
  const untyped = file({ filename: 'a.pdf', file_data: `data:application/octet-stream;base64,${pdf}` });
  assert.deepEqual(blocksOf(untyped), expected);
});

test('a document by URL stays one, as recorded in a real request', () => {
  const url = 'https://pdfobject.com/pdf/sample.pdf';
  assert.deepEqual(blocksOf(file({ file_data: url })), [{ type: 'document', source: { type: 'url', url } }]);
});

test('a file of text becomes a document of text, and a file of an image that image', () => {
  const data = Buffer.from('Grüße').toString('base64');
  assert.deepEqual(blocksOf(file({ file_data: `data:text/markdown;charset=utf-8;base64,${data}` })), [
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } },
  ]);
  assert.deepEqual(blocksOf(file({ file_data: `data:image/png;base64,${png}` })), base64Image('image/png', png));
});

test('files of another provider, and bytes that are no text, are refused', () => {
  const at = 'messages[0].content[0].file';
  assert.throws(() => blocksOf(file({ file_id: 'file-1' })), refusal('unsupported_field', `${at}.file_id`));
  assert.throws(() => blocksOf(file({})), refusal('invalid_field', `${at}.file_data`));
  const binary = file({ file_data: `data:application/zip;base64,${Buffer.from([0x50, 0xff]).toString('base64')}` });
  assert.throws(() => blocksOf(binary), refusal('invalid_field', `${at}.file_data`));
});

test('cache_control stays with images and documents', () => {
  const cache_control = { type: 'ephemeral' };
  const url = 'https://images.example.com/a.png';
  assert.deepEqual(blocksOf({ ...image(url), cache_control }), [
    { type: 'image', source: { type: 'url', url }, cache_control },
  ]);
});

test('a tool’s result may hold images', () => {
  const call = { id: 'a', type: 'function', function: { name: 'shoot', arguments: '{}' } };
  const turns = turnsOf([
    { role: 'user', content: 'Shoot' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'a', content: [image(`data:image/png;base64,${png}`)] },
  ]);
  assert.deepEqual(turns[2]?.content, [
    { type: 'tool_result', tool_use_id: 'a', content: base64Image('image/png', png) },
  ]);
});
