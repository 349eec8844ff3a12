// An outside verifier of credentials: Data Integrity eddsa-jcs-2022 with Node's own crypto and npm's canonicalize.
//
//   node verify.mjs CREDENTIAL.json DID.json
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import canonicalize from 'canonicalize'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function base58 (text) {
  let number = 0n
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter)
    if (digit < 0) throw new Error(`not base58: ${letter}`)
    number = number * 58n + BigInt(digit)
  }
  const hex = number.toString(16)
  const zeros = /^1*/.exec(text)[0].length
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.length % 2 ? '0' + hex : hex, 'hex')])
}

const sha256 = text => createHash('sha256').update(text, 'utf8').digest()

function publicKey (did, method) {
  const found = did.verificationMethod.find(each => each.id === method)
  if (!found || !did.assertionMethod.includes(method)) throw new Error(`${method} may not assert`)
  const raw = base58(found.publicKeyMultibase.slice(1))
  if (raw[0] !== 0xed || raw[1] !== 0x01 || raw.length !== 34) throw new Error('not an Ed25519 key')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(2).toString('base64url') }, format: 'jwk' })
}

try {
  const [credential, did] = process.argv.slice(2, 4).map(path => JSON.parse(readFileSync(path, 'utf8')))
  const { proof, ...document } = credential
  const { proofValue, ...options } = proof
  if (options.cryptosuite !== 'eddsa-jcs-2022' || options.proofPurpose !== 'assertionMethod') throw new Error('another suite')
  if (credential.issuer !== did.id) throw new Error('another issuer')
  const message = Buffer.concat([sha256(canonicalize(options)), sha256(canonicalize(document))])
  const key = publicKey(did, options.verificationMethod)
  if (!verify(null, message, key, base58(proofValue.slice(1)))) throw new Error('the signature does not match')
  console.log('VERIFIED: issued by', credential.issuer)
} catch (problem) {
  console.log('REFUSED:', problem.message)
  process.exit(1)
}
