/** Ciphers, by the API's names. This file knows no zod: what users' compilers read must not. */
export const ENCRYPTION = [
  "3des",
  ...(["blowfish128", "blowfish192", "blowfish256"] as const),
  ...(["aes128", "aes192", "aes256"] as const),
  ...(["aes128ctr", "aes192ctr", "aes256ctr"] as const),
  ...(["aes128ccm8", "aes192ccm8", "aes256ccm8", "aes128ccm16", "aes192ccm16", "aes256ccm16"] as const),
  ...(["aes128gcm8", "aes192gcm8", "aes256gcm8", "aes128gcm16", "aes192gcm16", "aes256gcm16"] as const),
  ...(["camellia128", "camellia192", "camellia256", "camellia128ctr", "camellia192ctr", "camellia256ctr"] as const),
  ...(["camellia128ccm16", "camellia192ccm16", "camellia256ccm16"] as const),
  "chacha20poly1305",
] as const;

/** Integrity and pseudo-random functions, by the API's names. */
export const AUTH = [
  ...(["md5", "sha1", "sha256", "sha384", "sha512", "aesxcbc", "aescmac"] as const),
  ...(["prfmd5", "prfsha1", "prfaesxcbc", "prfaescmac", "prfsha256", "prfsha384", "prfsha512"] as const),
] as const;

/** Diffie-Hellman groups, by the API's names. */
export const KEY_EXCHANGE_METHOD = [
  "modp1024",
  "modp1536",
  "modp2048",
  "ecp256",
  "ecp384",
  "ecp521",
  "curve25519",
] as const;

/** One of {@link AUTH}. */
export type AuthAlgorithm = (typeof AUTH)[number];
/** One of {@link ENCRYPTION}. */
export type EncryptionAlgorithm = (typeof ENCRYPTION)[number];
/** One of {@link KEY_EXCHANGE_METHOD}. */
export type KeyExchangeMethod = (typeof KEY_EXCHANGE_METHOD)[number];
