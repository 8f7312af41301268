// @wecom/crypto as the other side of the cipher: reads a task as JSON, answers as JSON.
import { readFileSync } from 'node:fs';
import crypto from '@wecom/crypto';

const { decrypt, encrypt, getJsApiSignature, getSignature } = crypto;
const task = JSON.parse(readFileSync(0, 'utf8'));
const { token, key, app_id: appId, reply, call, page } = task;

const signed = getSignature(token, reply.timestamp, reply.nonce, reply.sealed);
if (signed !== reply.signature) throw new Error('our signature is none');
const { message, id } = decrypt(key, reply.sealed);
if (id !== appId) throw new Error('our message is of another account');

const sealed = encrypt(key, task.message, appId);
const answer = {
  reply: message,
  sealed,
  signature: getSignature(token, call.timestamp, call.nonce, sealed),
  page: getJsApiSignature({ url: page.address, ticket: page.ticket, nonceStr: 'n0nce', timestamp: page.timestamp }).signature,
};
process.stdout.write(JSON.stringify(answer));
